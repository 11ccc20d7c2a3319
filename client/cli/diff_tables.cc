#include "client/cli/diff_tables.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_change.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

using For = Column::For;

std::string Arrow(int64_t before, int64_t after) {
  return absl::StrCat(before == 0 ? "none" : absl::StrCat(before), " -> ",
                      after);
}

std::vector<Column> EstimateColumns() {
  std::vector<Column> columns = {
      {"analysis", For::kRows}, {"first"}, {"second"}};
  for (const Column& column : ChangeColumns()) columns.push_back(column);
  columns.push_back({"events"});
  columns.push_back({"rule", For::kRows});
  return columns;
}

std::vector<Cell> ComparisonRow(const v1::EstimateDiff& diff,
                                const v1::ComparisonDiff& comparison) {
  const v1::RelativeEffect& any =
      comparison.has_after() ? comparison.after() : comparison.before();
  std::vector<Cell> row = {Text(diff.analysis_id()), Text(any.first()),
                           Text(any.second())};
  for (Cell& cell :
       ChangeCells(comparison.has_before() ? &comparison.before() : nullptr,
                   comparison.has_after() ? &comparison.after() : nullptr,
                   KeepScale(diff.events()))) {
    row.push_back(std::move(cell));
  }
  row.push_back(Text(KindsOf(diff.events(), any.first(), any.second())));
  row.push_back(Text(SignRule(diff.after())));
  return row;
}

}  // namespace

Table RecordsTable(const v1::DiffResponse& diff) {
  Table table = {"",
                 {{"record"},
                  {"version", For::kTables},
                  {"version_before", For::kRows},
                  {"version_after", For::kRows},
                  {"field"},
                  {"before"},
                  {"after"}},
                 {}};
  const auto add = [&](const v1::RecordDiff& record, const std::string& field,
                       const std::string& before, const std::string& after) {
    table.rows.push_back(
        {Text(record.resource()),
         Text(Arrow(record.version_before(), record.version_after())),
         Integer(record.version_before()), Integer(record.version_after()),
         Text(field), Text(before), Text(after)});
  };
  for (const v1::RecordDiff& record : diff.records()) {
    if (record.fields().empty()) {
      add(record, "", "", record.version_before() == 0 ? "new" : "the same");
    }
    for (const v1::FieldDiff& field : record.fields()) {
      add(record, field.path(), field.before(), field.after());
    }
  }
  return table;
}

std::vector<Table> EstimateDiffTables(const v1::DiffResponse& diff) {
  std::vector<Table> tables;
  for (const v1::EstimateDiff& estimate : diff.estimates()) {
    Table table = {
        absl::StrCat(
            estimate.analysis_id(), ": ", SignRule(estimate.after()), "; ",
            ShownLevel(estimate.after().level()), " intervals; sequence ",
            Arrow(estimate.sequence_before(), estimate.sequence_after())),
        EstimateColumns(),
        {}};
    for (const v1::ComparisonDiff& comparison : estimate.comparisons()) {
      table.rows.push_back(ComparisonRow(estimate, comparison));
    }
    if (!table.rows.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

std::vector<std::string> NetworkEventLines(const v1::DiffResponse& diff) {
  std::vector<std::string> lines;
  for (const v1::EstimateDiff& estimate : diff.estimates()) {
    for (const v1::ConclusionEvent& event : estimate.events()) {
      if (!event.first().empty()) continue;
      lines.push_back(
          absl::StrCat(estimate.analysis_id(), ": ", ShownEvent(event)));
    }
  }
  return lines;
}

}  // namespace tidemark::cli
