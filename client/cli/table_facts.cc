#include "client/cli/table_facts.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {
namespace {

using Rows = std::vector<const client::RowAttributes*>;

absl::Status ErrorAt(const client::RowAttributes& row,
                     const std::string& message) {
  return absl::InvalidArgumentError(
      absl::StrCat(row.file, ":", row.line, ": ", message));
}

std::set<std::string> ColumnsOf(const Rows& rows) {
  std::set<std::string> columns;
  for (const client::RowAttributes* row : rows) {
    for (const auto& [column, value] : row->values) columns.insert(column);
  }
  return columns;
}

// 1 to 3; none if the value is no level.
std::optional<int> LevelOf(const std::string& value) {
  static const auto* const levels =
      new std::map<std::string, int>{{"low", 1},
                                     {"some_concerns", 2},
                                     {"some concerns", 2},
                                     {"moderate", 2},
                                     {"high", 3},
                                     {"1", 1},
                                     {"2", 2},
                                     {"3", 3}};
  const auto found = levels->find(absl::AsciiStrToLower(value));
  if (found == levels->end()) return std::nullopt;
  return found->second;
}

bool IsJudgement(const std::string& column) {
  const std::string name = absl::AsciiStrToLower(column);
  return name == "rob" || name == "risk_of_bias" || name == "indirectness";
}

absl::Status Judge(const std::string& column, const std::string& value,
                   const client::RowAttributes& row,
                   review::StudyFacts* facts) {
  const std::optional<int> level = LevelOf(value);
  if (!level.has_value()) {
    return ErrorAt(row, absl::StrCat(column,
                                     " must be low, some_concerns or moderate, "
                                     "or high (or 1, 2, 3), found \"",
                                     value, "\""));
  }
  if (absl::AsciiStrToLower(column) == "indirectness") {
    facts->indirectness = static_cast<v1::Indirectness::Judgement>(*level);
  } else {
    facts->risk_of_bias = static_cast<v1::RiskOfBias::Judgement>(*level);
  }
  return absl::OkStatus();
}

// The first row whose value differs from the one of a row before it.
const client::RowAttributes* FindDifference(const Rows& rows,
                                            const std::string& column,
                                            std::string* value) {
  for (const client::RowAttributes* row : rows) {
    const auto found = row->values.find(column);
    if (found == row->values.end()) continue;
    if (value->empty()) *value = found->second;
    if (*value != found->second) return row;
  }
  return nullptr;
}

absl::Status AddColumn(const Rows& rows, const std::string& column,
                       review::StudyFacts* facts) {
  std::string value;
  const client::RowAttributes* other = FindDifference(rows, column, &value);
  if (other == nullptr) {
    facts->attributes[column] = value;
    return IsJudgement(column) ? Judge(column, value, *rows[0], facts)
                               : absl::OkStatus();
  }
  if (IsJudgement(column) || other->treatments.size() > 1) {
    return ErrorAt(
        *other,
        absl::StrCat(column, " must be the same in all rows of study \"",
                     other->study, "\", found \"", value, "\" and \"",
                     other->values.at(column), "\""));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto found = rows[i]->values.find(column);
    if (found == rows[i]->values.end()) continue;
    facts->arms[i].attributes[column] = found->second;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<review::FactsByStudy> FactsOfTables(
    absl::Span<const client::RowAttributes> rows) {
  std::map<std::string, Rows> by_study;
  for (const client::RowAttributes& row : rows) {
    by_study[row.study].push_back(&row);
  }
  review::FactsByStudy all;
  for (const auto& [study, its_rows] : by_study) {
    review::StudyFacts& facts = all[study];
    for (const client::RowAttributes* row : its_rows) {
      if (row->treatments.size() > 1) continue;
      facts.arms.push_back({row->treatments[0], {}});
    }
    for (const std::string& column : ColumnsOf(its_rows)) {
      const absl::Status added = AddColumn(its_rows, column, &facts);
      if (!added.ok()) return added;
    }
  }
  return all;
}

}  // namespace tidemark::cli
