// Rows and columns, for people and for programs.
#ifndef TIDEMARK_CLIENT_CLI_TABLE_H_
#define TIDEMARK_CLIENT_CLI_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::cli {

// One value: as a table shows it, and exactly as rows for programs carry it.
struct Cell {
  std::string shown;
  std::string exact;
  bool is_number = false;
};

Cell Text(const std::string& text);
Cell Integer(int64_t value);
Cell Number(double value);
Cell PValue(double p);
// Empty if there is none.
Cell OptionalNumber(bool has, double value);
Cell OptionalPValue(bool has, double p);

struct Column {
  enum class For { kAll, kTables, kRows };

  std::string name;
  // Tables for people leave out what they say elsewhere, rows what repeats
  // other columns.
  For shown_in = For::kAll;
};

struct Table {
  // Above the table; rows for programs do not have it.
  std::string title;
  std::vector<Column> columns;
  // Each row has a cell for each column.
  std::vector<std::vector<Cell>> rows;
};

// Shows control characters as `?`, so that no record can steer a terminal.
std::string WithoutControls(absl::string_view text);

// Aligned columns below the title and a header, without control characters.
// `bold` marks the header.
std::string AsTable(const Table& table, bool bold);

// One line a row, cells parted by tabs, no header. Tabs, line ends and
// backslashes inside a value are written as `\t`, `\n`, `\r` and `\\`.
std::string AsPlainRows(const Table& table);

// RFC 4180 with a header, lines ended by a line feed.
std::string AsCsv(const Table& table);

// The rows alone, for tables that come row by row: AsTable without title,
// header and alignment, AsCsv without header.
std::string AsTableRows(const Table& table);
std::string AsCsvRows(const Table& table);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_TABLE_H_
