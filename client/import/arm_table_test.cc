#include "client/import/arm_table.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::tidemark::testing::StatusIs;

absl::StatusOr<ArmTable> Read(absl::string_view contents) {
  return ReadArmTable("t.csv", contents);
}

MATCHER_P(Refuses, message, "is an error of the file that says where") {
  return ::testing::ExplainMatchResult(
      StatusIs(absl::StatusCode::kInvalidArgument, message), arg,
      result_listener);
}

std::vector<std::string> Ids(const ArmTable& table) {
  std::vector<std::string> ids;
  for (const nma::Study& study : table.studies) ids.push_back(study.id);
  return ids;
}

TEST(ArmTableTest, ReadsBinaryArms) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("study,treatment,event,n\nS,A,1,10\nS,B,2,12\n"));
  EXPECT_EQ(table.layout, TableLayout::kBinary);
  const auto& arms =
      std::get<std::vector<nma::BinaryArm>>(table.studies.at(0).data);
  ASSERT_EQ(arms.size(), 2);
  EXPECT_EQ(arms[1].treatment, "B");
  EXPECT_EQ(arms[1].events, 2);
  EXPECT_EQ(arms[1].total, 12);
}

TEST(ArmTableTest, ReadsContinuousArmsInAnyOrderAndCaseOfColumns) {
  ASSERT_OK_AND_ASSIGN(
      const ArmTable table,
      Read("N,Year,SD,Mean,Treatment,STUDY\n9,2001,2,-1.5,A,S\n"
           "8,2001,3,1e1,B,S\n"));
  EXPECT_EQ(table.layout, TableLayout::kContinuous);
  const auto& arms =
      std::get<std::vector<nma::ContinuousArm>>(table.studies.at(0).data);
  EXPECT_EQ(arms.at(0).mean, -1.5);
  EXPECT_EQ(arms.at(1).mean, 10);
  EXPECT_EQ(arms.at(1).sd, 3);
  EXPECT_EQ(arms.at(1).n, 8);
}

TEST(ArmTableTest, ReadsRatesAndContrasts) {
  ASSERT_OK_AND_ASSIGN(
      const ArmTable rates,
      Read("study,treatment,event,time\nS,A,1,10.5\nS,B,2,12\n"));
  EXPECT_EQ(std::get<std::vector<nma::RateArm>>(rates.studies.at(0).data)
                .at(0)
                .exposure,
            10.5);
  ASSERT_OK_AND_ASSIGN(const ArmTable contrasts,
                       Read("study,treat1,treat2,te,se\nS,A,B,-0.5,0.2\n"));
  const auto& rows =
      std::get<std::vector<nma::Contrast>>(contrasts.studies.at(0).data);
  EXPECT_EQ(rows.at(0).first, "A");
  EXPECT_EQ(rows.at(0).second, "B");
  EXPECT_EQ(rows.at(0).effect, -0.5);
  EXPECT_EQ(rows.at(0).se, 0.2);
}

TEST(ArmTableTest, AcceptsAByteOrderMarkAndQuotes) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("\xEF\xBB\xBF\"study\",treatment,event,n\r\n"
                            "\"Smith, 1999\",A,1,10\r\n"
                            "\"Smith, 1999\",B,2,12"));
  EXPECT_THAT(Ids(table), ElementsAre("Smith, 1999"));
}

TEST(ArmTableTest, StudiesKeepTheOrderOfTheirFirstRows) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("study,treatment,event,n\nZ,A,1,10\nB,A,1,10\n"
                            "Z,B,2,12\nB,B,1,3\n"));
  EXPECT_THAT(Ids(table), ElementsAre("Z", "B"));
}

TEST(ArmTableTest, LeavesOutAndListsWhatWasNotReported) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("study,treatment,mean,sd,n\n"
                            "S,A,1,2,3\nS,B,1,2,3\nS,C,1,,NA\n"
                            "T,A,NA,2,3\nT,B,1,2,3\nU,A,1,2,3\n"));
  EXPECT_THAT(Ids(table), ElementsAre("S"));
  ASSERT_EQ(table.left_out_arms.size(), 2);
  EXPECT_EQ(table.left_out_arms[0].study, "S");
  EXPECT_EQ(table.left_out_arms[0].treatment, "C");
  EXPECT_EQ(table.left_out_arms[0].line, 4);
  EXPECT_EQ(table.left_out_arms[0].reason, "sd, n not reported");
  ASSERT_EQ(table.left_out_studies.size(), 2);
  EXPECT_EQ(table.left_out_studies[0].study, "T");
  EXPECT_THAT(table.left_out_studies[0].reason, HasSubstr("1 of 2"));
  EXPECT_EQ(table.left_out_studies[1].study, "U");
  EXPECT_THAT(table.left_out_studies[1].reason, HasSubstr("one arm"));
}

TEST(ArmTableTest, AMissingContrastLeavesOutItsStudy) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("study,treat1,treat2,te,se\nS,A,B,1,1\n"
                            "S,A,C,2,1\nS,B,C,NA,NA\nT,A,B,1,1\n"));
  EXPECT_THAT(Ids(table), ElementsAre("T"));
  EXPECT_EQ(table.left_out_arms.at(0).treatment, "B versus C");
  EXPECT_EQ(table.left_out_studies.at(0).study, "S");
}

nma::BaselineContrasts BaselineAt(const ArmTable& table, size_t index) {
  return std::get<nma::BaselineContrasts>(table.studies.at(index).data);
}

TEST(BaselineTableTest, ReadsDifferencesToTheArmWithoutEffect) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("study,treatment,te,se\nS,B,1,0.5\nS,A,NA,0.3\n"
                            "S,C,-2,0.7\nT,B,,\nT,A,0.5,0.25\n"));
  EXPECT_EQ(table.layout, TableLayout::kBaseline);
  EXPECT_THAT(Ids(table), ElementsAre("S", "T"));
  const nma::BaselineContrasts three = BaselineAt(table, 0);
  EXPECT_EQ(three.baseline, "A");
  EXPECT_EQ(three.baseline_se, 0.3);
  ASSERT_EQ(three.contrasts.size(), 2);
  EXPECT_EQ(three.contrasts[0].treatment, "B");
  EXPECT_EQ(three.contrasts[1].effect, -2);
  EXPECT_EQ(three.contrasts[1].se, 0.7);
  const nma::BaselineContrasts two = BaselineAt(table, 1);
  EXPECT_EQ(two.baseline, "B");
  EXPECT_EQ(two.baseline_se, std::nullopt);
  EXPECT_THAT(table.left_out_arms, IsEmpty());
}

TEST(BaselineTableTest, AnEffectWithoutStandardErrorLeavesOutItsArm) {
  ASSERT_OK_AND_ASSIGN(
      const ArmTable table,
      Read("study,treatment,te,se\nS,A,,NA\nS,B,1,0.5\nS,C,2,NA\n"
           "T,A,,0.3\nT,B,1,\nU,A,,0.3\n"));
  EXPECT_THAT(Ids(table), ElementsAre("S"));
  EXPECT_EQ(BaselineAt(table, 0).contrasts.size(), 1);
  ASSERT_EQ(table.left_out_arms.size(), 2);
  EXPECT_EQ(table.left_out_arms[0].file, "t.csv");
  EXPECT_EQ(table.left_out_arms[0].line, 4);
  EXPECT_EQ(table.left_out_arms[0].treatment, "C");
  EXPECT_EQ(table.left_out_arms[0].reason, "se not reported");
  ASSERT_EQ(table.left_out_studies.size(), 2);
  EXPECT_EQ(table.left_out_studies[0].reason,
            "fewer than two arms were reported: 1 of 2");
  EXPECT_EQ(table.left_out_studies[1].reason, "it has one arm only");
}

TEST(BaselineTableTest, ThreeArmsNeedTheStandardErrorOfTheBaseline) {
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       Read("study,treatment,te,se\nS,A,NA,NA\nS,B,1,0.5\n"
                            "S,C,2,0.5\n"));
  EXPECT_THAT(table.studies, IsEmpty());
  EXPECT_EQ(table.left_out_studies.at(0).reason,
            "se of its baseline arm A not reported, which a study of 3 arms "
            "needs");
}

TEST(BaselineTableTest, EachStudyHasOneBaseline) {
  EXPECT_THAT(
      Read("study,treatment,te,se\nS,A,NA,1\nS,B,1,2\nS,C,,NA\n"),
      Refuses("t.csv:4:3: te must be empty for exactly one arm of study \"S\", "
              "its baseline, found 2 (lines 2, 4); remove the rows of other "
              "arms that lack te"));
  EXPECT_THAT(Read("study,treatment,te,se\nS,A,0,1\nS,B,1,2\n"),
              Refuses("t.csv:2:3: te must be empty for exactly one arm of "
                      "study \"S\", its baseline, found none; add a row for "
                      "the baseline arm"));
}

TEST(BaselineTableTest, ADifferenceIsLessCertainThanOneOfItsArms) {
  EXPECT_THAT(
      Read("study,se,treatment,te\nT,1,A,\nT,1,B,3\n"
           "S,1,A,NA\nS,0.5,B,1\nS,2,C,1\n"),
      Refuses("t.csv:3:2: se must be greater than 1, that of the baseline arm "
              "A alone, found 1; write the standard error of the difference\n"
              "t.csv:5:2: se must be greater than 1, that of the baseline arm "
              "A alone, found 0.5; write the standard error of the "
              "difference"));
}

// A broken row must not look like a missing baseline.
TEST(BaselineTableTest, BrokenRowsAreReportedFirst) {
  EXPECT_THAT(Read("study,treatment,te,se\nS,A,NA,x\nS,B,1,2\n"),
              Refuses(AllOf(HasSubstr("t.csv:2:4: se must be a number greater "
                                      "than 0, found \"x\""),
                            Not(HasSubstr("baseline")))));
  EXPECT_THAT(Read("study,treatment,te,se\nS,A,NA,1\nS,A,1,2\n"),
              Refuses(HasSubstr("study \"S\" has A in line 2 already")));
}

TEST(ArmTableTest, SaysWhereWhichRuleAndWhatToDo) {
  EXPECT_THAT(
      Read("study,treatment,n,mean,sd\nS,A,15,42,21\nS,B,15,30,abc\n"),
      Refuses("t.csv:3:5: sd must be a number greater than 0, found \"abc\"; "
              "leave the cell empty or write NA if it was not reported"));
}

struct BadCell {
  std::string header, row, message;
};

TEST(ArmTableTest, RefusesValuesThatBreakARule) {
  const std::string binary = "study,treatment,event,n";
  const std::string continuous = "study,treatment,mean,sd,n";
  const std::string rate = "study,treatment,event,time";
  const std::string contrast = "study,treat1,treat2,te,se";
  const BadCell cells[] = {
      {binary, "S,A,-1,10", ":3: event must be a whole number of at least 0"},
      {binary, "S,A,1.5,10", ":3: event must be a whole number"},
      {binary, "S,A,1,10.5", ":4: n must be a whole number greater than 0"},
      {binary, "S,A,0,0", ":4: n must"},
      {binary, "S,A,11,10", ":3: event must be at most n, found 11 of 10"},
      {binary, ",A,1,10", ":1: study must not be empty"},
      {binary, "S,,1,10", ":2: treatment must not be empty"},
      {continuous, "S,A,inf,1,5", ":3: mean must be a finite number"},
      {continuous, "S,A,nan,1,5", ":3: mean must be a finite number"},
      {continuous, "S,A,1e999,1,5", ":3: mean must be a finite number"},
      {continuous, "S,A,1,0,5", ":4: sd must be a number greater than 0"},
      {continuous, "S,A,1,1,-5", ":5: n must be a number greater than 0"},
      {continuous, "S,A,\"1,5\",1,5", ":3: mean must be a finite number"},
      {continuous, "S,A,N/A,1,5", ":3: mean must be"},
      {rate, "S,A,-1,5", ":3: event must be a number of at least 0"},
      {rate, "S,A,1,0", ":4: time must be a number greater than 0"},
      {contrast, "S,A,B,x,1", ":4: te must be a finite number"},
      {contrast, "S,A,B,1,0", ":5: se must be a number greater than 0"},
      {contrast, "S,A,A,1,1", ":3: treat1 and treat2 must differ"},
  };
  for (const BadCell& cell : cells) {
    EXPECT_THAT(Read(cell.header + "\n" + cell.row + "\n"),
                Refuses(HasSubstr("t.csv:2" + cell.message)))
        << cell.row;
  }
}

TEST(ArmTableTest, RefusesRepeatedRowsEvenIfNotReported) {
  EXPECT_THAT(Read("study,treatment,event,n\nS,A,1,10\nS,A,NA,12\n"),
              Refuses(HasSubstr("t.csv:3:2: study \"S\" has A in line 2")));
  EXPECT_THAT(Read("study,treat1,treat2,te,se\nS,A,B,1,1\nS,B,A,-1,1\n"),
              Refuses(HasSubstr("t.csv:3:2: study \"S\" has B versus A")));
}

TEST(ArmTableTest, RefusesRaggedRows) {
  EXPECT_THAT(Read("study,treatment,event,n\nS,A,1\n"),
              Refuses(HasSubstr("t.csv:2:1: the row has 3 cells")));
}

TEST(ArmTableTest, NamesTheKnownLayoutsWhenAColumnIsMissing) {
  EXPECT_THAT(Read("study,arm,event,n\nS,A,1,2\n"),
              Refuses(::testing::AllOf(
                  HasSubstr("t.csv:1:1: the header lacks a column"),
                  HasSubstr("study,treatment,event,n (binary)"),
                  HasSubstr("study,treatment,mean,sd,n (continuous)"),
                  HasSubstr("study,treatment,event,time (rate)"),
                  HasSubstr("study,treat1,treat2,te,se (contrast)"),
                  HasSubstr("study,treatment,te,se (baseline)"))));
}

TEST(ArmTableTest, ColumnsOfTwoLayoutsNeedAChoice) {
  const std::string text =
      "study,treatment,event,n,time\nS,A,1,9,10.5\nS,B,2,9,12\n";
  EXPECT_THAT(Read(text),
              Refuses(HasSubstr("both a binary and a rate table; say which "
                                "with --format")));
  ASSERT_OK_AND_ASSIGN(const ArmTable table,
                       ReadArmTable("t.csv", text, TableLayout::kRate));
  EXPECT_EQ(table.layout, TableLayout::kRate);
  EXPECT_THAT(ReadArmTable("t.csv", text, TableLayout::kContrast),
              Refuses(HasSubstr("do not make a contrast table")));
}

TEST(ArmTableTest, RefusesFilesThatAreNoTable) {
  EXPECT_THAT(Read(""), Refuses(HasSubstr("t.csv:1:1: the file is empty")));
  EXPECT_THAT(Read("\n\n"), Refuses(HasSubstr("the file is empty")));
  EXPECT_THAT(Read("study,treatment,event,n\n"),
              Refuses(HasSubstr("no row below the header")));
  EXPECT_THAT(Read("study,treatment,event,n,N\nS,A,1,2,3\n"),
              Refuses(HasSubstr("t.csv:1:5: column \"N\" is there twice")));
  EXPECT_THAT(Read("study,treatment,event,n\nS,caf\xE9,1,2\n"),
              Refuses(HasSubstr("t.csv:2:1: the text must be UTF-8, found "
                                "byte 0xe9")));
  EXPECT_THAT(Read("study,treatment,event,n\nS,\"A,1,2\n"),
              Refuses(HasSubstr("t.csv:2:2: the quote")));
}

TEST(ArmTableTest, ReportsUpTo20Problems) {
  std::string text = "study,treatment,event,n\n";
  for (int i = 0; i < 25; ++i) absl::StrAppend(&text, "S", i, ",A,x,2\n");
  const absl::Status status = Read(text).status();
  const absl::string_view message = status.message();
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);
  EXPECT_THAT(std::string(message), HasSubstr("t.csv:21:3: "));
  EXPECT_THAT(std::string(message), EndsWith("\nand 5 more"));
}

}  // namespace
}  // namespace tidemark::client
