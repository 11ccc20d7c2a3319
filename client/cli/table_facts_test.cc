#include "client/cli/table_facts.h"

#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "client/import/arm_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

absl::StatusOr<review::FactsByStudy> FactsOf(const std::string& contents) {
  const auto table = client::ReadArmTable("t.csv", contents);
  if (!table.ok()) return table.status();
  return FactsOfTables(table->attributes);
}

TEST(FactsOfTablesTest, WhatAgreesIsOfTheStudyAndWhatDiffersOfItsArms) {
  ASSERT_OK_AND_ASSIGN(
      const review::FactsByStudy facts,
      FactsOf("study,treatment,event,n,Year,dose\n"
              "S,A,1,9,2001,4e7\nS,B,2,9,2001,8e7\n"
              "S,C,2,9,2001,NA\nT,A,1,9,,4e7\nT,B,1,9,,4e7\n"));
  const review::StudyFacts& s = facts.at("S");
  EXPECT_THAT(s.attributes, ElementsAre(Pair("Year", "2001")));
  ASSERT_THAT(s.arms, SizeIs(3));
  EXPECT_EQ(s.arms[1].node, "B");
  EXPECT_THAT(s.arms[1].attributes, ElementsAre(Pair("dose", "8e7")));
  EXPECT_THAT(s.arms[2].attributes, IsEmpty());
  EXPECT_THAT(facts.at("T").attributes, ElementsAre(Pair("dose", "4e7")));
}

TEST(FactsOfTablesTest, RowsThatAreLeftOutSayNothing) {
  ASSERT_OK_AND_ASSIGN(
      const review::FactsByStudy facts,
      FactsOf("study,treatment,event,n,dose\nS,A,1,9,1\nS,B,2,9,1\n"
              "S,C,,9,2\n"));
  EXPECT_THAT(facts.at("S").attributes, ElementsAre(Pair("dose", "1")));
}

TEST(FactsOfTablesTest, JudgementsAreWordsOrLevels) {
  ASSERT_OK_AND_ASSIGN(const review::FactsByStudy facts,
                       FactsOf("study,treat1,treat2,te,se,RoB,indirectness\n"
                               "S,A,B,1,1,Some concerns,3\nT,A,B,1,1,,low\n"));
  EXPECT_EQ(facts.at("S").risk_of_bias, v1::RiskOfBias::SOME_CONCERNS);
  EXPECT_EQ(facts.at("S").indirectness, v1::Indirectness::HIGH);
  EXPECT_EQ(facts.at("T").risk_of_bias, v1::RiskOfBias::JUDGEMENT_UNSPECIFIED);
  EXPECT_EQ(facts.at("T").indirectness, v1::Indirectness::LOW);
}

TEST(FactsOfTablesTest, JudgementsThatAreNoneOrDifferAreRefused) {
  EXPECT_THAT(FactsOf("study,treat1,treat2,te,se,rob\nS,A,B,1,1,unclear\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("t.csv:2: rob must be low")));
  EXPECT_THAT(FactsOf("study,treatment,event,n,rob\nS,A,1,9,low\n"
                      "S,B,1,9,high\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("t.csv:3: rob must be the same")));
}

TEST(FactsOfTablesTest, RowsOfContrastsOfOneStudyMustAgree) {
  EXPECT_THAT(FactsOf("study,treat1,treat2,te,se,dose\nS,A,B,1,1,1\n"
                      "S,A,C,1,1,2\nS,B,C,0,1,1\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("t.csv:3: dose must be the same")));
}

}  // namespace
}  // namespace tidemark::cli
