#include "client/import/study_rows.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace tidemark::client {
namespace {

// Columns of a table with a baseline.
constexpr size_t kEffect = 0;         // of the numbers of a row
constexpr size_t kStandardError = 1;  // likewise
constexpr size_t kNames = 2;          // columns before the numbers

nma::BinaryArm ToRow(const StudyRow& r, nma::BinaryArm*) {
  return {r.names[1], *r.numbers[0], *r.numbers[1]};
}
nma::ContinuousArm ToRow(const StudyRow& r, nma::ContinuousArm*) {
  return {r.names[1], *r.numbers[0], *r.numbers[1], *r.numbers[2]};
}
nma::RateArm ToRow(const StudyRow& r, nma::RateArm*) {
  return {r.names[1], *r.numbers[0], *r.numbers[1]};
}
nma::Contrast ToRow(const StudyRow& r, nma::Contrast*) {
  return {r.names[1], r.names[2], *r.numbers[0], *r.numbers[1]};
}

template <typename Row>
nma::Study ToStudy(const StudyRows& rows) {
  std::vector<Row> list;
  for (const StudyRow& row : rows.reported) {
    list.push_back(ToRow(row, static_cast<Row*>(nullptr)));
  }
  return {rows.id, std::move(list)};
}

bool IsBaseline(const StudyRow& row) { return !row.numbers[kEffect]; }

const StudyRow& BaselineOf(const StudyRows& rows) {
  return *std::find_if(rows.reported.begin(), rows.reported.end(), IsBaseline);
}

nma::Study ToBaselineStudy(const StudyRows& rows) {
  const StudyRow& baseline = BaselineOf(rows);
  nma::BaselineContrasts data{
      baseline.names[1], baseline.numbers[kStandardError], {}};
  for (const StudyRow& row : rows.reported) {
    if (IsBaseline(row)) continue;
    data.contrasts.push_back(
        {row.names[1], *row.numbers[kEffect], *row.numbers[kStandardError]});
  }
  return {rows.id, std::move(data)};
}

std::string OneBaselineRule(const StudyRows& rows,
                            const std::vector<const StudyRow*>& found) {
  const std::string rule =
      absl::StrCat("te must be empty for exactly one arm of study \"", rows.id,
                   "\", its baseline, found ");
  if (found.empty()) {
    return absl::StrCat(rule, "none; add a row for the baseline arm");
  }
  return absl::StrCat(rule, found.size(), " (lines ",
                      absl::StrJoin(found, ", ",
                                    [](std::string* out, const StudyRow* row) {
                                      absl::StrAppend(out, row->line);
                                    }),
                      "); remove the rows of other arms that lack te");
}

}  // namespace

std::string TreatmentsOf(const StudyRow& row) {
  return absl::StrJoin(row.names.begin() + 1, row.names.end(), " versus ");
}

std::vector<std::string> MissingColumns(const StudyRow& row,
                                        TableLayout layout) {
  if (layout == TableLayout::kBaseline && IsBaseline(row)) return {};
  std::vector<std::string> missing;
  const std::vector<ColumnSpec>& columns = ColumnsOf(layout);
  const size_t names = columns.size() - row.numbers.size();
  for (size_t i = 0; i < row.numbers.size(); ++i) {
    if (!row.numbers[i]) missing.emplace_back(columns[names + i].name);
  }
  return missing;
}

std::vector<CsvProblem> FindProblems(const StudyRows& rows,
                                     const ColumnMap& map) {
  if (map.layout != TableLayout::kBaseline) return {};
  std::vector<const StudyRow*> baselines;
  for (const StudyRow& row : rows.reported) {
    if (IsBaseline(row)) baselines.push_back(&row);
  }
  if (baselines.size() != 1) {
    const int line = baselines.empty() ? rows.first_line : baselines[1]->line;
    return {{line, map.cells[kNames + kEffect] + 1,
             OneBaselineRule(rows, baselines)}};
  }
  std::vector<CsvProblem> problems;
  const std::optional<double> least = baselines[0]->numbers[kStandardError];
  for (const StudyRow& row : rows.reported) {
    if (IsBaseline(row) || !least || *row.numbers[kStandardError] > *least) {
      continue;
    }
    problems.push_back(
        {row.line, map.cells[kNames + kStandardError] + 1,
         absl::StrCat("se must be greater than ", *least,
                      ", that of the baseline arm ", baselines[0]->names[1],
                      " alone, found ", *row.numbers[kStandardError],
                      "; write the standard error of the difference")});
  }
  return problems;
}

std::optional<std::string> LeaveOutReason(const StudyRows& rows,
                                          TableLayout layout) {
  if (layout == TableLayout::kContrast) {
    if (rows.left_out == 0) return std::nullopt;
    return "a contrast was not reported";
  }
  if (rows.reported.size() < 2) {
    if (rows.left_out == 0) return "it has one arm only";
    return absl::StrCat(
        "fewer than two arms were reported: ", rows.reported.size(), " of ",
        rows.reported.size() + rows.left_out);
  }
  if (layout == TableLayout::kBaseline && rows.reported.size() > 2 &&
      !BaselineOf(rows).numbers[kStandardError]) {
    return absl::StrCat("se of its baseline arm ", BaselineOf(rows).names[1],
                        " not reported, which a study of ",
                        rows.reported.size(), " arms needs");
  }
  return std::nullopt;
}

nma::Study ToStudy(const StudyRows& rows, TableLayout layout) {
  switch (layout) {
    case TableLayout::kBinary:
      return ToStudy<nma::BinaryArm>(rows);
    case TableLayout::kContinuous:
      return ToStudy<nma::ContinuousArm>(rows);
    case TableLayout::kRate:
      return ToStudy<nma::RateArm>(rows);
    case TableLayout::kContrast:
      return ToStudy<nma::Contrast>(rows);
    case TableLayout::kBaseline:
      return ToBaselineStudy(rows);
  }
  return {};
}

}  // namespace tidemark::client
