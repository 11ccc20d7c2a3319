#include "client/import/table_layout.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tidemark::client {
namespace {

std::vector<std::string> LowerCase(const std::vector<std::string>& cells) {
  std::vector<std::string> names;
  names.reserve(cells.size());
  for (const std::string& cell : cells) {
    names.push_back(absl::AsciiStrToLower(cell));
  }
  return names;
}

// The cells of the layout's columns, or none if one is missing.
std::optional<ColumnMap> MapLayout(const std::vector<std::string>& names,
                                   TableLayout layout) {
  ColumnMap map{layout, {}, {}};
  for (const ColumnSpec& column : ColumnsOf(layout)) {
    const auto it = std::find(names.begin(), names.end(), column.name);
    if (it == names.end()) return std::nullopt;
    map.cells.push_back(static_cast<int>(it - names.begin()));
  }
  return map;
}

ColumnMap WithFurther(const CsvRow& header, ColumnMap map) {
  for (int i = 0; i < static_cast<int>(header.cells.size()); ++i) {
    const bool is_known =
        std::find(map.cells.begin(), map.cells.end(), i) != map.cells.end();
    if (!is_known && !header.cells[i].empty()) map.further[i] = header.cells[i];
  }
  return map;
}

std::string DescribeLayouts() {
  std::vector<std::string> parts;
  for (const TableLayout layout : kTableLayouts) {
    parts.push_back(absl::StrCat(
        absl::StrJoin(ColumnsOf(layout), ",",
                      [](std::string* out, const ColumnSpec& column) {
                        absl::StrAppend(out, column.name);
                      }),
        " (", LayoutName(layout), ")"));
  }
  return absl::StrJoin(parts, ", ");
}

std::optional<CsvProblem> FindRepeatedName(
    const CsvRow& header, const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (!names[i].empty() && std::find(names.begin(), end, names[i]) != end) {
      return CsvProblem{
          header.line, static_cast<int>(i) + 1,
          absl::StrCat("column \"", header.cells[i],
                       "\" is there twice; rename or remove one")};
    }
  }
  return std::nullopt;
}

std::string MissingColumns(const std::vector<std::string>& names,
                           std::optional<TableLayout> wanted) {
  const std::string found = absl::StrJoin(names, ",");
  if (wanted.has_value()) {
    return absl::StrCat("the columns do not make a ", LayoutName(*wanted),
                        " table, found ", found, "; known are ",
                        DescribeLayouts());
  }
  return absl::StrCat("the header lacks a column, found ", found,
                      "; known are ", DescribeLayouts());
}

}  // namespace

const std::vector<ColumnSpec>& ColumnsOf(TableLayout layout) {
  static const auto* const columns = new std::vector<ColumnSpec>[5] {
    {{"study", CellRule::kName},
     {"treatment", CellRule::kName},
     {"event", CellRule::kCount},
     {"n", CellRule::kPositiveCount}},
        {{"study", CellRule::kName},
         {"treatment", CellRule::kName},
         {"mean", CellRule::kNumber},
         {"sd", CellRule::kPositive},
         {"n", CellRule::kPositive}},
        {{"study", CellRule::kName},
         {"treatment", CellRule::kName},
         {"event", CellRule::kNotNegative},
         {"time", CellRule::kPositive}},
        {{"study", CellRule::kName},
         {"treat1", CellRule::kName},
         {"treat2", CellRule::kName},
         {"te", CellRule::kNumber},
         {"se", CellRule::kPositive}},
        {{"study", CellRule::kName},
         {"treatment", CellRule::kName},
         {"te", CellRule::kNumber},
         {"se", CellRule::kPositive}},
  };
  return columns[static_cast<int>(layout)];
}

absl::string_view LayoutName(TableLayout layout) {
  switch (layout) {
    case TableLayout::kBinary:
      return "binary";
    case TableLayout::kContinuous:
      return "continuous";
    case TableLayout::kRate:
      return "rate";
    case TableLayout::kContrast:
      return "contrast";
    case TableLayout::kBaseline:
      return "baseline";
  }
  return "?";
}

std::variant<ColumnMap, CsvProblem> MapColumns(
    const CsvRow& header, std::optional<TableLayout> wanted) {
  const std::vector<std::string> names = LowerCase(header.cells);
  if (auto repeated = FindRepeatedName(header, names)) return *repeated;
  std::vector<ColumnMap> fitting;
  for (const TableLayout layout : kTableLayouts) {
    if (wanted.has_value() && layout != *wanted) continue;
    if (auto map = MapLayout(names, layout)) fitting.push_back(*map);
  }
  if (fitting.size() == 1) return WithFurther(header, fitting[0]);
  if (fitting.empty()) {
    return CsvProblem{header.line, 1, MissingColumns(names, wanted)};
  }
  return CsvProblem{
      header.line, 1,
      absl::StrCat("the columns make both a ", LayoutName(fitting[0].layout),
                   " and a ", LayoutName(fitting[1].layout),
                   " table; say which with --format, or remove columns")};
}

}  // namespace tidemark::client
