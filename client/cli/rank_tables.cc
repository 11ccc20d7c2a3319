#include "client/cli/rank_tables.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/number_format.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

// Which component has this treatment; their number if none says.
int ComponentOf(const v1::Estimate& estimate, const std::string& treatment) {
  for (int i = 0; i < estimate.components_size(); ++i) {
    for (const auto& member : estimate.components(i).values()) {
      if (member.string_value() == treatment) return i;
    }
  }
  return estimate.components_size();
}

// What this component is compared with; empty if unknown.
std::string ReferenceOf(const v1::Estimate& estimate, int component) {
  return component < estimate.component_heterogeneity_size()
             ? estimate.component_heterogeneity(component).reference()
             : "";
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
                              const std::string& treatment,
                              const std::string& reference) {
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

// One row of RankTable before it is cells.
struct Ranked {
  int component;
  std::string treatment;
  double p_score;
  const v1::Ranking* ranking = nullptr;  // of the component, if known
  const v1::Rank* rank = nullptr;        // of the treatment, if known
};

void FindRank(const v1::ModelEstimate& model, Ranked* ranked) {
  for (const v1::Ranking& ranking : model.rankings()) {
    for (const v1::Rank& rank : ranking.ranks()) {
      if (rank.treatment() != ranked->treatment) continue;
      ranked->ranking = &ranking;
      ranked->rank = &rank;
    }
  }
}

// Component by component: nothing says how treatments of two parts compare.
std::vector<Ranked> RankedTreatments(const v1::Estimate& estimate,
                                     Model model) {
  std::vector<Ranked> all;
  for (const v1::PScore& score : estimate.p_scores()) {
    all.push_back({ComponentOf(estimate, score.treatment()), score.treatment(),
                   model == Model::kRandom ? score.random() : score.common()});
    FindRank(review::EffectsUnder(estimate, model), &all.back());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Ranked& a, const Ranked& b) {
                     if (a.component != b.component) {
                       return a.component < b.component;
                     }
                     return a.p_score > b.p_score;
                   });
  return all;
}

// What AddRankCells adds to each row; the treatments of an estimate have the
// same fields.
void AddRankColumns(const v1::Estimate& estimate, const v1::Rank* any,
                    Table* table) {
  using For = Column::For;
  if (any != nullptr) {
    table->columns.push_back({"mean_rank"});
    if (any->has_median_rank()) table->columns.push_back({"median_rank"});
    if (any->has_p_score_mid()) table->columns.push_back({"p_score_mid"});
  }
  table->columns.push_back({"poth", For::kRows});
  table->columns.push_back(
      {"part", estimate.components_size() > 1 ? For::kAll : For::kRows});
}

void AddRankCells(const Ranked& ranked, const std::string& part,
                  std::vector<Cell>* row) {
  if (ranked.rank != nullptr) {
    const v1::Rank& rank = *ranked.rank;
    row->push_back(Number(rank.mean_rank()));
    if (rank.has_median_rank()) row->push_back(Integer(rank.median_rank()));
    if (rank.has_p_score_mid()) row->push_back(Number(rank.p_score_mid()));
  }
  row->push_back(ranked.ranking == nullptr ? Text("")
                                           : Number(ranked.ranking->poth()));
  row->push_back(Text(part));
}

// A row for each rank of one treatment; what is the same in all of them is
// repeated, so that each row stands on its own.
void AddProbabilities(const Ranked& ranked, const std::string& part,
                      Table* table) {
  if (ranked.rank == nullptr) return;
  const v1::Rank& rank = *ranked.rank;
  const v1::Ranking& ranking = *ranked.ranking;
  for (int r = 0; r < rank.probabilities_size(); ++r) {
    table->rows.push_back(
        {Text(ranked.treatment), Integer(r + 1), Number(rank.probabilities(r)),
         OptionalNumber(ranking.has_probability_error(),
                        ranking.probability_error()),
         Number(ranked.p_score), Number(rank.mean_rank()),
         rank.has_median_rank() ? Integer(rank.median_rank()) : Text(""),
         OptionalNumber(rank.has_p_score_mid(), rank.p_score_mid()),
         Number(ranking.poth()), Text(part)});
  }
}

}  // namespace

Table RankTable(const v1::Estimate& estimate, Model model) {
  Table table = {
      absl::StrCat("P-scores, 1 is best; treatment versus reference: ",
                   EstimateTitle(estimate, model)),
      {{"rank"}, {"treatment"}, {"p_score"}},
      {}};
  const std::vector<Column> versus = VersusColumns(estimate);
  table.columns.insert(table.columns.end(), versus.begin(), versus.end());
  const std::vector<Ranked> all = RankedTreatments(estimate, model);
  AddRankColumns(estimate, all.empty() ? nullptr : all.front().rank, &table);
  int64_t place = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    const Ranked& ranked = all[i];
    const bool same = i > 0 && ranked.component == all[i - 1].component;
    place = same ? place + 1 : 1;
    const std::string part = ReferenceOf(estimate, ranked.component);
    std::vector<Cell> row = {Integer(place), Text(ranked.treatment),
                             Number(ranked.p_score)};
    const std::vector<Cell> cells =
        VersusCells(estimate, model, ranked.treatment, part);
    row.insert(row.end(), cells.begin(), cells.end());
    AddRankCells(ranked, part, &row);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table RankProbabilitiesTable(const v1::Estimate& estimate, Model model) {
  Table table = {absl::StrCat("Probability of each rank, 1 is best: ",
                              EstimateTitle(estimate, model)),
                 {{"treatment"},
                  {"rank"},
                  {"probability"},
                  {"error"},
                  {"p_score"},
                  {"mean_rank"},
                  {"median_rank"},
                  {"p_score_mid"},
                  {"poth"},
                  {"part"}},
                 {}};
  for (const Ranked& ranked : RankedTreatments(estimate, model)) {
    AddProbabilities(ranked, ReferenceOf(estimate, ranked.component), &table);
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
