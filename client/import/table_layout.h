// Which columns make which kind of table.
#ifndef TIDEMARK_CLIENT_IMPORT_TABLE_LAYOUT_H_
#define TIDEMARK_CLIENT_IMPORT_TABLE_LAYOUT_H_

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/csv.h"

namespace tidemark::client {

enum class TableLayout {
  kBinary,      // study, treatment, event, n
  kContinuous,  // study, treatment, mean, sd, n
  kRate,        // study, treatment, event, time
  kContrast,    // study, treat1, treat2, te, se
  kBaseline,    // study, treatment, te, se: contrasts with one arm, the
                // baseline, whose te is empty and whose se is its own
};

// What a cell must hold.
enum class CellRule {
  kName,           // not empty
  kNumber,         // any finite number
  kPositive,       // > 0
  kNotNegative,    // >= 0
  kCount,          // whole, >= 0
  kPositiveCount,  // whole, > 0
};

struct ColumnSpec {
  absl::string_view name;  // in lower case
  CellRule rule;
};

inline constexpr TableLayout kTableLayouts[] = {
    TableLayout::kBinary, TableLayout::kContinuous, TableLayout::kRate,
    TableLayout::kContrast, TableLayout::kBaseline};

// The columns of a layout; names come before numbers.
const std::vector<ColumnSpec>& ColumnsOf(TableLayout layout);

// "binary", "continuous", "rate", "contrast" or "baseline".
absl::string_view LayoutName(TableLayout layout);

// For each column of the layout, the index of its cell in a row.
struct ColumnMap {
  TableLayout layout = TableLayout::kBinary;
  std::vector<int> cells;
  // Further columns that have a name: their cells and names as in the header.
  std::map<int, std::string> further;
};

// Recognises the layout of a header: names in any case and order, further
// columns allowed. A header that fits several layouts (event, n and time)
// needs `wanted`; a problem otherwise, as for columns that are missing or named
// twice.
std::variant<ColumnMap, CsvProblem> MapColumns(
    const CsvRow& header, std::optional<TableLayout> wanted);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_TABLE_LAYOUT_H_
