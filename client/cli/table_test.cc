#include "client/cli/table.h"

#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

Table Example() {
  return {"a rule",
          {{"trial"},
           {"n"},
           {"shown", Column::For::kTables},
           {"exact", Column::For::kRows}},
          {{Text("Müller"), Integer(5), Text("5 [1, 9]"), Number(0.125)},
           {Text("b"), Integer(1234), Text(""), Number(1.0 / 3)}}};
}

TEST(TableTest, AlignsColumnsAndNumbersToTheRight) {
  EXPECT_EQ(AsTable(Example(), /*bold=*/false),
            "a rule\n"
            "trial      n  shown\n"
            "Müller     5  5 [1, 9]\n"
            "b       1234\n");
}

TEST(TableTest, MarksTheHeaderOnlyIfAsked) {
  EXPECT_NE(AsTable(Example(), true).find("\033[1m"), std::string::npos);
  EXPECT_EQ(AsTable(Example(), false).find('\033'), std::string::npos);
}

TEST(TableTest, PlainRowsAreExactWithoutHeader) {
  EXPECT_EQ(AsPlainRows(Example()),
            "Müller\t5\t0.125\n"
            "b\t1234\t0.3333333333333333\n");
}

TEST(TableTest, PlainRowsEscapeWhatWouldBreakARow) {
  const Table table = {
      "", {{"reason"}, {"x"}}, {{Text("a\tb\nc\\d\r"), Text("")}}};
  EXPECT_EQ(AsPlainRows(table), "a\\tb\\nc\\\\d\\r\t\n");
}

TEST(TableTest, CsvQuotesWhatNeedsIt) {
  const Table table = {
      "", {{"reason"}, {"x"}}, {{Text("said \"no\", twice\n"), Text("plain")}}};
  EXPECT_EQ(AsCsv(table), "reason,x\n\"said \"\"no\"\", twice\n\",plain\n");
}

TEST(TableTest, ValuesCannotSteerTheTerminal) {
  const Table table = {"", {{"x"}}, {{Text("\033[2Jgone\x7f\xc2\x9b")}}};
  EXPECT_EQ(AsTable(table, false), "x\n?[2Jgone??\n");
}

TEST(TableTest, EmptyTableIsAHeader) {
  const Table table = {"", {{"trial"}, {"n"}}, {}};
  EXPECT_EQ(AsTable(table, false), "trial  n\n");
  EXPECT_EQ(AsPlainRows(table), "");
  EXPECT_EQ(AsCsv(table), "trial,n\n");
}

}  // namespace
}  // namespace tidemark::cli
