// The value of one cell of a table.
#ifndef TIDEMARK_CLIENT_IMPORT_CELL_H_
#define TIDEMARK_CLIENT_IMPORT_CELL_H_

#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "client/import/table_layout.h"

namespace tidemark::client {

struct NotReported {};
struct Broken {
  std::string message;  // the rule, the value found and what to do
};

// The number in a cell. Requires a rule for numbers.
std::variant<double, NotReported, Broken> ReadNumber(const ColumnSpec& column,
                                                     absl::string_view cell);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_CELL_H_
