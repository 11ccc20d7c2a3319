#include "review/undo.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

v1::Trial TrialOf(const std::string& text) {
  v1::Trial trial;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &trial));
  return trial;
}

// What `end` is without the change from `before` to `after`, as text.
std::string Left(const std::string& before, const std::string& after,
                 const std::string& end) {
  v1::Trial trial = TrialOf(end);
  Undo(TrialOf(before), TrialOf(after), &trial);
  return trial.ShortDebugString();
}

std::string Same(const std::string& text) {
  return TrialOf(text).ShortDebugString();
}

TEST(UndoTest, WhatStillHoldsGoesBackAndTheRestStays) {
  EXPECT_EQ(Left(R"(title: "a" year: 2018)", R"(title: "b" year: 2019)",
                 R"(title: "b" year: 2020 country: "FR")"),
            Same(R"(title: "a" year: 2020 country: "FR")"));
  EXPECT_EQ(Left("", R"(title: "b")", R"(title: "b" year: 2020)"),
            Same("year: 2020"));
}

TEST(UndoTest, AnElementIsFoundByItsKey) {
  EXPECT_EQ(
      Left(R"(arms { id: "x" label: "old" })",
           R"(arms { id: "x" label: "new" })",
           R"(arms { id: "w" } arms { id: "x" label: "new" randomised: 9 })"),
      Same(R"(arms { id: "w" } arms { id: "x" label: "old" randomised: 9 })"));
}

TEST(UndoTest, AnElementThatCameGoesWhateverBecameOfIt) {
  EXPECT_EQ(Left(R"(arms { id: "x" })", R"(arms { id: "x" } arms { id: "y" })",
                 R"(arms { id: "y" randomised: 9 } arms { id: "z" })"),
            Same(R"(arms { id: "z" })"));
}

TEST(UndoTest, AnElementThatWentIsThereAgain) {
  EXPECT_EQ(Left(R"(arms { id: "x" } arms { id: "y" })", R"(arms { id: "y" })",
                 R"(arms { id: "y" } year: 2020)"),
            Same(R"(arms { id: "y" } arms { id: "x" } year: 2020)"));
}

TEST(UndoTest, TheOrderIsKeptWhereNothingCameLater) {
  const std::string before = R"(arms { id: "x" } arms { id: "y" })";
  const std::string after = R"(arms { id: "y" })";
  EXPECT_EQ(Left(before, after, after), Same(before));
}

TEST(UndoTest, EntriesOfAMapAreSingleValues) {
  const std::string head = R"(arms { id: "x" attributes { key: ")";
  EXPECT_EQ(Left(R"(arms { id: "x" })", head + R"(a" value: "1" } })",
                 head + R"(a" value: "1" } randomised: 9 })"),
            Same(R"(arms { id: "x" randomised: 9 })"));
  const std::string other = head + R"(a" value: "2" } })";
  EXPECT_EQ(Left(R"(arms { id: "x" })", head + R"(a" value: "1" } })", other),
            Same(other));
}

TEST(UndoTest, OfAChoiceTheOldAlternativeComesBackUnlessItWasChosenAnew) {
  const std::string head = R"(results { outcome: "o" )";
  const std::string binary = head + "binary { events: 1 n: 9 } ";
  const std::string rate = head + "rate { events: 1 exposure: 9 } ";
  EXPECT_EQ(Left(binary + "}", rate + "}", rate + R"(notes: "n" })"),
            Same(binary + R"(notes: "n" })"));
  EXPECT_EQ(Left(rate + "}", binary + "}", binary + R"(notes: "n" })"),
            Same(rate + R"(notes: "n" })"));
  const std::string anew = head + "continuous { mean: 1 } }";
  EXPECT_EQ(Left(binary + "}", rate + "}", anew), Same(anew));
}

TEST(UndoTest, AZeroIsNotTheSameAsNothing) {
  const std::string head = R"(results { outcome: "o" continuous { sd: 1 )";
  EXPECT_EQ(Left(head + "} }", head + "mean: 0 } }", head + "mean: 0 n: 9 } }"),
            Same(head + "n: 9 } }"));
}

}  // namespace
}  // namespace tidemark::review
