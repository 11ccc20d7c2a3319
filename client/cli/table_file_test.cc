#include "client/cli/table_file.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "client/cli/exit_code.h"
#include "client/import/table_layout.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using client::TableLayout;
using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;

// What a usage error says; empty for anything else.
template <typename T>
std::string UsageErrorOf(const absl::StatusOr<T>& result) {
  if (ExitCodeOf(result.status()) != ExitCode::kUsage) return "";
  return std::string(result.status().message());
}

TEST(DefaultMeasureTest, IsThatOfTheTablesOfArms) {
  EXPECT_THAT(DefaultMeasure({TableLayout::kBinary}),
              IsOkAndHolds(v1::EffectMeasure::OR));
  EXPECT_THAT(DefaultMeasure({TableLayout::kContrast, TableLayout::kContinuous,
                              TableLayout::kBaseline}),
              IsOkAndHolds(v1::EffectMeasure::MD));
  EXPECT_THAT(DefaultMeasure({TableLayout::kRate, TableLayout::kRate}),
              IsOkAndHolds(v1::EffectMeasure::IRR));
}

TEST(DefaultMeasureTest, ContrastsDoNotSayWhatTheyAreOf) {
  for (const auto& layouts : std::vector<std::vector<TableLayout>>{
           {TableLayout::kContrast},
           {TableLayout::kBaseline},
           {TableLayout::kContrast, TableLayout::kBaseline}}) {
    EXPECT_THAT(UsageErrorOf(DefaultMeasure(layouts)),
                HasSubstr("give --measure"));
  }
}

TEST(DefaultMeasureTest, TablesOfArmsMustAgree) {
  EXPECT_THAT(
      UsageErrorOf(DefaultMeasure(
          {TableLayout::kContrast, TableLayout::kRate, TableLayout::kBinary})),
      HasSubstr("of rate and of binary arms"));
}

TEST(ReadTableFilesTest, StandardInputIsReadOnce) {
  EXPECT_THAT(UsageErrorOf(ReadTableFiles({"-", "-"}, "")),
              HasSubstr("standard input"));
}

TEST(ReadTableFilesTest, NamesTheKnownFormats) {
  EXPECT_THAT(UsageErrorOf(ReadTableFile("t.csv", "arms")),
              HasSubstr("contrast or baseline, not `arms`"));
}

}  // namespace
}  // namespace tidemark::cli
