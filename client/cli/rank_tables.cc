#include "client/cli/rank_tables.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/number_format.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

// What the component of this treatment is compared with; empty if unknown.
std::string ReferenceOf(const v1::Estimate& estimate,
                        const std::string& treatment) {
  for (int i = 0; i < estimate.components_size(); ++i) {
    if (i >= estimate.component_heterogeneity_size()) break;
    for (const auto& member : estimate.components(i).values()) {
      if (member.string_value() == treatment) {
        return estimate.component_heterogeneity(i).reference();
      }
    }
  }
  return "";
}

// The columns of a comparison without its first treatment.
std::vector<Column> VersusColumns(const v1::Estimate& estimate) {
  std::vector<Column> columns = ComparisonColumns(estimate);
  columns.erase(columns.begin());
  columns.front().name = "versus";
  return columns;
}

// The treatment versus its reference, in the columns of VersusColumns. The
// reference itself has no effect.
std::vector<Cell> VersusCells(const v1::Estimate& estimate, Model model,
                              const std::string& treatment) {
  const std::string reference = ReferenceOf(estimate, treatment);
  const auto effect = review::Compare(estimate, model, treatment, reference);
  if (effect.ok()) {
    std::vector<Cell> cells = ComparisonCells(estimate, *effect);
    cells.erase(cells.begin());
    return cells;
  }
  std::vector<Cell> cells(VersusColumns(estimate).size(), Text(""));
  cells[0] = Text(reference);
  if (treatment == reference) cells[1] = Text("reference");
  return cells;
}

std::map<std::string, const v1::Rank*> RanksByTreatment(
    const v1::ModelEstimate& model) {
  std::map<std::string, const v1::Rank*> ranks;
  for (const v1::Ranking& ranking : model.rankings()) {
    for (const v1::Rank& rank : ranking.ranks()) {
      ranks.emplace(rank.treatment(), &rank);
    }
  }
  return ranks;
}

// What AddRankCells adds to each row; the treatments of an estimate have the
// same fields.
void AddRankColumns(const std::map<std::string, const v1::Rank*>& ranks,
                    Table* table) {
  if (ranks.empty()) return;
  const v1::Rank& any = *ranks.begin()->second;
  table->columns.push_back({"mean_rank"});
  if (any.has_median_rank()) table->columns.push_back({"median_rank"});
  if (any.has_p_score_mid()) table->columns.push_back({"p_score_mid"});
}

void AddRankCells(const v1::Rank& rank, std::vector<Cell>* row) {
  row->push_back(Number(rank.mean_rank()));
  if (rank.has_median_rank()) row->push_back(Integer(rank.median_rank()));
  if (rank.has_p_score_mid()) row->push_back(Number(rank.p_score_mid()));
}

}  // namespace

Table RankTable(const v1::Estimate& estimate, Model model) {
  const auto score = [&](int i) {
    const v1::PScore& p_score = estimate.p_scores(i);
    return model == Model::kRandom ? p_score.random() : p_score.common();
  };
  std::vector<int> order(static_cast<size_t>(estimate.p_scores_size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return score(a) > score(b); });
  Table table = {
      absl::StrCat("P-scores, 1 is best; treatment versus reference: ",
                   EstimateTitle(estimate, model)),
      {{"rank"}, {"treatment"}, {"p_score"}},
      {}};
  const std::vector<Column> versus = VersusColumns(estimate);
  table.columns.insert(table.columns.end(), versus.begin(), versus.end());
  const std::map<std::string, const v1::Rank*> ranks =
      RanksByTreatment(review::EffectsUnder(estimate, model));
  AddRankColumns(ranks, &table);
  for (const int i : order) {
    const std::string& treatment = estimate.p_scores(i).treatment();
    std::vector<Cell> row = {
        Integer(static_cast<int64_t>(table.rows.size()) + 1), Text(treatment),
        Number(score(i))};
    const std::vector<Cell> cells = VersusCells(estimate, model, treatment);
    row.insert(row.end(), cells.begin(), cells.end());
    const auto rank = ranks.find(treatment);
    if (rank != ranks.end()) AddRankCells(*rank->second, &row);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table RankProbabilitiesTable(const v1::Estimate& estimate, Model model) {
  Table table = {absl::StrCat("Probability of each rank, 1 is best: ",
                              EstimateTitle(estimate, model)),
                 {{"treatment"}, {"rank"}, {"probability"}},
                 {}};
  for (const v1::Ranking& ranking :
       review::EffectsUnder(estimate, model).rankings()) {
    for (const v1::Rank& rank : ranking.ranks()) {
      for (int r = 0; r < rank.probabilities_size(); ++r) {
        table.rows.push_back({Text(rank.treatment()), Integer(r + 1),
                              Number(rank.probabilities(r))});
      }
    }
  }
  return table;
}

std::vector<Table> RankProbabilityGrids(const v1::Estimate& estimate,
                                        Model model) {
  std::vector<Table> grids;
  for (const v1::Ranking& ranking :
       review::EffectsUnder(estimate, model).rankings()) {
    if (!ranking.has_probability_error()) continue;
    Table grid = {
        absl::StrCat("Probability of each rank, 1 is best (error up to ",
                     ShownNumber(ranking.probability_error()), ")"),
        {{"treatment"}},
        {}};
    for (int r = 1; r <= ranking.ranks_size(); ++r) {
      grid.columns.push_back({absl::StrCat(r)});
    }
    for (const v1::Rank& rank : ranking.ranks()) {
      std::vector<Cell> row = {Text(rank.treatment())};
      for (const double probability : rank.probabilities()) {
        row.push_back(Number(probability));
      }
      grid.rows.push_back(std::move(row));
    }
    grids.push_back(std::move(grid));
  }
  return grids;
}

}  // namespace tidemark::cli
