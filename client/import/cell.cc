#include "client/import/cell.h"

#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace tidemark::client {
namespace {

absl::string_view Describe(CellRule rule) {
  switch (rule) {
    case CellRule::kName:
      return "a name";
    case CellRule::kNumber:
      return "a finite number";
    case CellRule::kPositive:
      return "a number greater than 0";
    case CellRule::kNotNegative:
      return "a number of at least 0";
    case CellRule::kCount:
      return "a whole number of at least 0";
    case CellRule::kPositiveCount:
      return "a whole number greater than 0";
  }
  return "?";
}

bool Obeys(CellRule rule, double value) {
  const bool is_whole = std::floor(value) == value;
  switch (rule) {
    case CellRule::kName:
    case CellRule::kNumber:
      return true;
    case CellRule::kPositive:
      return value > 0;
    case CellRule::kNotNegative:
      return value >= 0;
    case CellRule::kCount:
      return value >= 0 && is_whole;
    case CellRule::kPositiveCount:
      return value > 0 && is_whole;
  }
  return false;
}

}  // namespace

std::variant<double, NotReported, Broken> ReadNumber(const ColumnSpec& column,
                                                     absl::string_view cell) {
  if (cell.empty() || cell == "NA") return NotReported{};
  double value = 0;
  if (absl::SimpleAtod(cell, &value) && std::isfinite(value) &&
      Obeys(column.rule, value)) {
    return value;
  }
  return Broken{absl::StrCat(column.name, " must be ", Describe(column.rule),
                             ", found \"", cell,
                             "\"; leave the cell empty or write NA if it was "
                             "not reported")};
}

}  // namespace tidemark::client
