// Comma-separated values with the position of every cell.
#ifndef TIDEMARK_CLIENT_IMPORT_CSV_H_
#define TIDEMARK_CLIENT_IMPORT_CSV_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::client {

struct CsvRow {
  int line = 0;  // where the row begins, from 1
  std::vector<std::string> cells;
};

// Where a file breaks a rule: line and cell of the row, both from 1.
struct CsvProblem {
  int line = 0;
  int column = 0;
  std::string message;
};

struct CsvFile {
  std::vector<CsvRow> rows;  // without blank lines
  std::vector<CsvProblem> problems;
};

// Reads RFC 4180: cells may be quoted, and then hold commas, line breaks and
// doubled quotes. Lines end with LF, CRLF or CR. White space around a cell is
// dropped. A byte order mark is not expected here. Problems are quotes that do
// not match; reading stops at the first one. O(size).
//
// Not libcsv: it drops blank lines and reports no lines, so that a message
// could not say where a cell stands.
CsvFile ParseCsv(absl::string_view text);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_CSV_H_
