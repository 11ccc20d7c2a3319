#include "client/import/merge_tables.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "client/import/arm_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::tidemark::testing::StatusIs;

ArmTable Table(const std::string& file, const std::string& contents) {
  const absl::StatusOr<ArmTable> table = ReadArmTable(file, contents);
  EXPECT_OK(table);
  return table.value_or(ArmTable());
}

ArmTable Arms() {
  return Table("arms.csv",
               "study,treatment,mean,sd,n\nS,A,1,2,3\nS,B,1,2,3\nS,C,1,,3\n"
               "T,A,1,2,3\n");
}

TEST(MergeTablesTest, KeepsStudiesAndWhatWasLeftOutInTheOrderOfTheTables) {
  ASSERT_OK_AND_ASSIGN(
      const MergedTables merged,
      MergeTables(
          {Arms(),
           Table("rows.csv",
                 "study,treatment,te,se\nR,A,,NA\nR,B,1,2\n"
                 "Q,A,NA,1\nQ,B,1,NA\n"),
           Table("pairs.csv", "study,treat1,treat2,te,se\nP,A,B,1,1\n")}));
  EXPECT_THAT(merged.layouts,
              ElementsAre(TableLayout::kContinuous, TableLayout::kBaseline,
                          TableLayout::kContrast));
  ASSERT_EQ(merged.studies.size(), 3);
  EXPECT_EQ(merged.studies[0].id, "S");
  EXPECT_EQ(merged.studies[1].id, "R");
  EXPECT_EQ(merged.studies[2].id, "P");
  ASSERT_EQ(merged.left_out_arms.size(), 2);
  EXPECT_EQ(merged.left_out_arms[0].file, "arms.csv");
  EXPECT_EQ(merged.left_out_arms[1].file, "rows.csv");
  EXPECT_EQ(merged.left_out_arms[1].treatment, "B");
  ASSERT_EQ(merged.left_out_studies.size(), 2);
  EXPECT_EQ(merged.left_out_studies[0].study, "T");
  EXPECT_EQ(merged.left_out_studies[1].study, "Q");
}

TEST(MergeTablesTest, AStudyInTwoTablesIsAnErrorThatNamesBoth) {
  const ArmTable pairs =
      Table("pairs.csv", "study,treat1,treat2,te,se\nX,A,B,1,1\nS,A,B,1,1\n");
  EXPECT_THAT(MergeTables({Arms(), pairs}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "study \"S\" is in both arms.csv and pairs.csv; remove "
                       "it from one of them"));
  // Also if one of them leaves it out.
  const ArmTable other =
      Table("other.csv", "study,treat1,treat2,te,se\nT,A,B,1,1\n");
  EXPECT_THAT(MergeTables({Arms(), other}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "study \"T\" is in both arms.csv and other.csv; remove "
                       "it from one of them"));
}

TEST(MergeTablesTest, ListsUpTo20Studies) {
  std::string text = "study,treat1,treat2,te,se\n";
  for (int i = 0; i < 25; ++i) absl::StrAppend(&text, "S", i, ",A,B,1,1\n");
  const absl::Status status =
      MergeTables({Table("a.csv", text), Table("b.csv", text)}).status();
  const std::string message(status.message());
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);
  EXPECT_THAT(message, EndsWith("\nand 5 more"));
}

}  // namespace
}  // namespace tidemark::client
