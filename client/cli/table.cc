#include "client/cli/table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

constexpr char kBold[] = "\033[1m";
constexpr char kNormal[] = "\033[0m";
constexpr char kGap[] = "  ";

// Code points: exact for Latin, Greek and Cyrillic scripts without combining
// marks.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
      }));
}

std::string Padded(const std::string& text, size_t width, bool right) {
  const size_t used = Width(text);
  const std::string padding(width > used ? width - used : 0, ' ');
  return right ? padding + text : text + padding;
}

std::vector<size_t> ColumnsFor(const Table& table, Column::For left_out) {
  std::vector<size_t> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].shown_in != left_out) columns.push_back(i);
  }
  return columns;
}

bool HoldsNumbers(const Table& table, size_t column) {
  return !table.rows.empty() &&
         std::all_of(table.rows.begin(), table.rows.end(),
                     [column](const std::vector<Cell>& row) {
                       return row[column].is_number ||
                              row[column].shown.empty();
                     });
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// Without the spaces that only pad the last column.
std::string Line(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace

Cell Text(const std::string& text) { return {text, text, false}; }

Cell Integer(int64_t value) {
  const std::string text = absl::StrCat(value);
  return {text, text, true};
}

Cell Number(double value) {
  return {ShownNumber(value), ExactNumber(value), true};
}

Cell PValue(double p) { return {ShownPValue(p), ExactNumber(p), true}; }

Cell OptionalNumber(bool has, double value) {
  return has ? Number(value) : Text("");
}

Cell OptionalPValue(bool has, double p) { return has ? PValue(p) : Text(""); }

// C0 controls and DEL are single bytes; C1 controls are U+0080-U+009F.
std::string WithoutControls(absl::string_view text) {
  std::string safe;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xc2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || c1) {
      safe += '?';
      if (c1) ++i;
    } else {
      safe += text[i];
    }
  }
  return safe;
}

std::string AsTable(const Table& table, bool bold) {
  std::string result;
  if (!table.title.empty()) {
    absl::StrAppend(&result, WithoutControls(table.title), "\n");
  }
  const std::vector<size_t> columns = ColumnsFor(table, Column::For::kRows);
  std::vector<std::string> lines(table.rows.size());
  std::string header;
  for (const size_t column : columns) {
    size_t width = Width(table.columns[column].name);
    for (const auto& row : table.rows) {
      width = std::max(width, Width(WithoutControls(row[column].shown)));
    }
    const bool right = HoldsNumbers(table, column);
    const std::string gap = column == columns.front() ? "" : kGap;
    absl::StrAppend(&header, gap,
                    Padded(table.columns[column].name, width, right));
    for (size_t i = 0; i < lines.size(); ++i) {
      absl::StrAppend(
          &lines[i], gap,
          Padded(WithoutControls(table.rows[i][column].shown), width, right));
    }
  }
  absl::StrAppend(&result, bold ? kBold : "", header, bold ? kNormal : "");
  result = Line(result);
  for (const std::string& line : lines) result += Line(line);
  return result;
}

std::string AsPlainRows(const Table& table) {
  std::string result;
  const std::vector<size_t> columns = ColumnsFor(table, Column::For::kTables);
  for (const auto& row : table.rows) {
    for (const size_t column : columns) {
      absl::StrAppend(
          &result, column == columns.front() ? "" : "\t",
          absl::StrReplaceAll(
              row[column].exact,
              {{"\\", "\\\\"}, {"\t", "\\t"}, {"\n", "\\n"}, {"\r", "\\r"}}));
    }
    result += "\n";
  }
  return result;
}

std::string AsCsv(const Table& table) {
  std::string result;
  const std::vector<size_t> columns = ColumnsFor(table, Column::For::kTables);
  for (const size_t column : columns) {
    absl::StrAppend(&result, column == columns.front() ? "" : ",",
                    CsvField(table.columns[column].name));
  }
  return absl::StrCat(result, "\n", AsCsvRows(table));
}

std::string AsTableRows(const Table& table) {
  std::string result;
  const std::vector<size_t> columns = ColumnsFor(table, Column::For::kRows);
  for (const auto& row : table.rows) {
    std::string line;
    for (const size_t column : columns) {
      absl::StrAppend(&line, column == columns.front() ? "" : kGap,
                      WithoutControls(row[column].shown));
    }
    result += Line(line);
  }
  return result;
}

std::string AsCsvRows(const Table& table) {
  std::string result;
  const std::vector<size_t> columns = ColumnsFor(table, Column::For::kTables);
  for (const auto& row : table.rows) {
    for (const size_t column : columns) {
      absl::StrAppend(&result, column == columns.front() ? "" : ",",
                      CsvField(row[column].exact));
    }
    result += "\n";
  }
  return result;
}

}  // namespace tidemark::cli
