#include "client/cli/flow_tables.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/exit_code.h"

namespace tidemark::cli {
namespace {

const v1::Contributions& ContributionsUnder(const v1::Estimate& estimate,
                                            Model model) {
  return model == Model::kRandom ? estimate.contributions()
                                 : estimate.contributions_common();
}

// Indices by share, the largest first; equal ones stay as they are.
template <typename Shares>
std::vector<int> LargestFirst(const Shares& shares, int count) {
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  if (shares.empty()) return order;
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return shares[a] > shares[b]; });
  return order;
}

template <typename Shares>
Cell Share(const Shares& shares, int index) {
  return shares.empty() ? Text("") : Number(shares[index]);
}

void AddByComparison(const v1::Estimate& estimate,
                     const v1::Contributions& contributions,
                     const v1::ComparisonContributions& comparison,
                     Table* table) {
  const auto& shares = comparison.direct_shares();
  for (const int c : LargestFirst(shares, contributions.direct_size())) {
    const v1::DirectComparison& direct = contributions.direct(c);
    std::vector<Cell> row = {
        Text(comparison.first()), Text(comparison.second()),
        Text(direct.first()),     Text(direct.second()),
        Share(shares, c),         Number(comparison.flows(c)),
        Number(direct.effect())};
    if (IsRatio(estimate.effect_measure())) {
      row.push_back(Number(std::exp(direct.effect())));
    }
    row.push_back(Number(direct.weight()));
    row.push_back(Text(comparison.no_shares()));
    table->rows.push_back(std::move(row));
  }
}

void AddByStudy(const v1::Contributions& contributions,
                const v1::ComparisonContributions& comparison, Table* table) {
  const auto& shares = comparison.study_shares();
  if (shares.empty()) {
    table->rows.push_back({Text(comparison.first()), Text(comparison.second()),
                           Text(""), Text(""), Text(comparison.no_shares())});
    return;
  }
  for (const int s : LargestFirst(shares, contributions.studies_size())) {
    table->rows.push_back({Text(comparison.first()), Text(comparison.second()),
                           Text(contributions.studies(s)), Number(shares[s]),
                           Text("")});
  }
}

void AddByLevel(const v1::ComparisonContributions& comparison,
                const v1::SharesByLevel& shares, Table* table) {
  std::vector<Cell> row = {Text(comparison.first()), Text(comparison.second())};
  for (const double share :
       {shares.low(), shares.some(), shares.high(), shares.not_judged()}) {
    row.push_back(comparison.no_shares().empty() ? Number(share) : Text(""));
  }
  row.push_back(Text(comparison.no_shares()));
  table->rows.push_back(std::move(row));
}

std::vector<Column> ColumnsOf(const v1::Estimate& estimate, FlowBy by) {
  std::vector<Column> columns = {{"first"}, {"second"}};
  const auto add = [&](std::vector<Column> more) {
    columns.insert(columns.end(), more.begin(), more.end());
  };
  switch (by) {
    case FlowBy::kComparison:
      add({{"direct_first"},
           {"direct_second"},
           {"share"},
           {"flow"},
           {"direct_effect"}});
      if (IsRatio(estimate.effect_measure())) add({{"direct_ratio"}});
      add({{"weight"}});
      break;
    case FlowBy::kStudy:
      add({{"study"}, {"share"}});
      break;
    case FlowBy::kRiskOfBias:
      add({{"low"}, {"some_concerns"}, {"high"}, {"not_judged"}});
      break;
    case FlowBy::kIndirectness:
      add({{"low"}, {"moderate"}, {"high"}, {"not_judged"}});
      break;
  }
  add({{"no_shares"}});
  return columns;
}

std::string TitleOf(const v1::Estimate& estimate, Model model, FlowBy by) {
  const std::string under = absl::StrCat(", ", ModelName(model));
  switch (by) {
    case FlowBy::kComparison:
      return absl::StrCat("Contributions of direct comparisons", under,
                          "; the sum of flow times direct effect is the "
                          "estimate; ",
                          SignRule(estimate));
    case FlowBy::kStudy:
      return absl::StrCat("Contributions of studies", under);
    case FlowBy::kRiskOfBias:
      return absl::StrCat("Contributions by overall risk of bias", under);
    case FlowBy::kIndirectness:
      return absl::StrCat("Contributions by indirectness", under);
  }
  return "";
}

// A number that stands for nothing.
bool IsNone(const Cell& cell) { return cell.exact == "0"; }

}  // namespace

absl::StatusOr<FlowBy> FlowByOf(const std::string& name) {
  if (name == "comparison") return FlowBy::kComparison;
  if (name == "study") return FlowBy::kStudy;
  if (name == "risk-of-bias") return FlowBy::kRiskOfBias;
  if (name == "indirectness") return FlowBy::kIndirectness;
  return UsageError(absl::StrCat(
      "--by is comparison, study, risk-of-bias or indirectness, not `", name,
      "`"));
}

Table ContributionsTable(const v1::Estimate& estimate, Model model, FlowBy by) {
  const v1::Contributions& contributions = ContributionsUnder(estimate, model);
  Table table = {TitleOf(estimate, model, by), ColumnsOf(estimate, by), {}};
  for (const auto& comparison : contributions.comparisons()) {
    switch (by) {
      case FlowBy::kComparison:
        AddByComparison(estimate, contributions, comparison, &table);
        break;
      case FlowBy::kStudy:
        AddByStudy(contributions, comparison, &table);
        break;
      case FlowBy::kRiskOfBias:
        AddByLevel(comparison, comparison.risk_of_bias(), &table);
        break;
      case FlowBy::kIndirectness:
        AddByLevel(comparison, comparison.indirectness(), &table);
        break;
    }
  }
  AddSignColumns(estimate, SignRule(estimate), &table);
  return table;
}

void PrintContributions(const v1::Estimate& estimate, Model model, FlowBy by,
                        Output& output) {
  Table table = ContributionsTable(estimate, model, by);
  if (!output.is_table()) return output.Print(table);
  const bool by_item = by == FlowBy::kComparison || by == FlowBy::kStudy;
  const size_t share = by == FlowBy::kComparison ? 4 : 3;
  if (by_item) {
    table.rows.erase(
        std::remove_if(table.rows.begin(), table.rows.end(),
                       [&](const auto& row) { return IsNone(row[share]); }),
        table.rows.end());
  }
  // The last one but `measure` and `rule`.
  const size_t no_shares = table.columns.size() - 3;
  const bool all_have_shares = std::all_of(
      table.rows.begin(), table.rows.end(),
      [&](const auto& row) { return row[no_shares].shown.empty(); });
  if (all_have_shares) {
    table.columns[no_shares].shown_in = Column::For::kRows;
  }
  output.Print(table);
}

}  // namespace tidemark::cli
