#include "client/import/csv.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> OnlyRow(absl::string_view text) {
  const CsvFile file = ParseCsv(text);
  EXPECT_THAT(file.problems, IsEmpty());
  return file.rows.size() == 1 ? file.rows[0].cells
                               : std::vector<std::string>{"not one row"};
}

TEST(CsvTest, SplitsAtCommas) {
  EXPECT_THAT(OnlyRow("a,b c,,d"), ElementsAre("a", "b c", "", "d"));
  EXPECT_THAT(OnlyRow("a,"), ElementsAre("a", ""));
  EXPECT_THAT(ParseCsv("").rows, IsEmpty());
}

TEST(CsvTest, DropsWhiteSpaceAroundCells) {
  EXPECT_THAT(OnlyRow(" a ,\tb, \"c\" "), ElementsAre("a", "b", "c"));
}

TEST(CsvTest, QuotedCellsHoldAnything) {
  EXPECT_THAT(OnlyRow("\"a,b\",\"say \"\"no\"\"\",\"\""),
              ElementsAre("a,b", "say \"no\"", ""));
  EXPECT_THAT(OnlyRow("\"a\r\nb\",c\r\n"), ElementsAre("a\nb", "c"));
}

TEST(CsvTest, RowsKnowTheirLineAfterBlankLinesAndQuotedBreaks) {
  for (const std::string line_break : {"\n", "\r\n", "\r"}) {
    std::string text = "a|||\"b|c\"|d";
    std::string with_breaks;
    for (const char c : text) {
      with_breaks += c == '|' ? line_break : std::string(1, c);
    }
    const CsvFile file = ParseCsv(with_breaks);
    ASSERT_EQ(file.rows.size(), 3);
    EXPECT_EQ(file.rows[0].line, 1);
    EXPECT_EQ(file.rows[1].line, 4);
    EXPECT_EQ(file.rows[2].line, 6);
  }
}

TEST(CsvTest, ReportsQuotesThatDoNotMatch) {
  const CsvFile open = ParseCsv("a,b\nc,\"d\ne,f\n");
  ASSERT_EQ(open.problems.size(), 1);
  EXPECT_EQ(open.problems[0].line, 2);
  EXPECT_EQ(open.problems[0].column, 2);
  EXPECT_THAT(open.problems[0].message, HasSubstr("never closed"));
  EXPECT_THAT(ParseCsv("5\" disc,b").problems[0].message,
              HasSubstr("quote inside a cell"));
  EXPECT_THAT(ParseCsv("\"a\"b,c").problems[0].message,
              HasSubstr("after the closing quote"));
}

}  // namespace
}  // namespace tidemark::client
