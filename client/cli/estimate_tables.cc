#include "client/cli/estimate_tables.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

std::string ModelName(Model model) {
  return model == Model::kRandom ? "random effects" : "common effect";
}

std::string Title(const v1::Estimate& estimate, Model model) {
  std::string title =
      absl::StrCat(SignRule(estimate), "; ", ModelName(model), ", ",
                   absl::StrFormat("%g%% intervals", 100 * estimate.level()));
  if (estimate.analysis_id().empty()) return title;
  return absl::StrCat(estimate.analysis_id(), " at sequence ",
                      estimate.sequence(), ": ", title);
}

std::string Percent(double fraction) {
  return absl::StrFormat("%.1f%%", 100 * fraction);
}

void PrintHeterogeneity(const v1::Estimate& estimate, Output& output) {
  if (estimate.has_tau2()) {
    output.Remark(absl::StrCat(
        "tau2 ", ShownNumber(estimate.tau2()), " (",
        v1::Tau2Method::Code_Name(estimate.tau2_method()), "), Q ",
        ShownNumber(estimate.q()), " on ", estimate.df(), " df",
        estimate.has_p_q() ? absl::StrCat(", p ", ShownPValue(estimate.p_q()))
                           : "",
        ", I2 ", Percent(estimate.i2())));
    return;
  }
  for (const v1::Heterogeneity& part : estimate.component_heterogeneity()) {
    output.Remark(absl::StrCat("part of the network with ", part.reference(),
                               ": tau2 ", ShownNumber(part.tau2()), ", Q ",
                               ShownNumber(part.q()), " on ", part.df(),
                               " df, I2 ", Percent(part.i2())));
  }
}

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
  const auto effect = review::Compare(estimate, EffectsOf(estimate, model),
                                      treatment, reference);
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

}  // namespace

Table ComparisonsTable(const v1::Estimate& estimate, Model model) {
  Table table = {Title(estimate, model), ComparisonColumns(estimate), {}};
  for (const auto& effect : EffectsOf(estimate, model).relative_effects()) {
    table.rows.push_back(ComparisonCells(estimate, effect));
  }
  return table;
}

Table ComparisonTable(const v1::Estimate& estimate, Model model,
                      const v1::RelativeEffect& effect) {
  return {Title(estimate, model),
          ComparisonColumns(estimate),
          {ComparisonCells(estimate, effect)}};
}

Table LeagueTable(const v1::Estimate& estimate, Model model) {
  using For = Column::For;
  Table table = {absl::StrCat("row versus column: ", Title(estimate, model)),
                 {{"row \\ column"}},
                 {}};
  for (const std::string& treatment : estimate.treatments()) {
    table.columns.push_back({treatment, For::kTables});
  }
  for (const std::string& first : estimate.treatments()) {
    table.rows.push_back({Text(first)});
    for (const std::string& second : estimate.treatments()) {
      if (first == second) {
        table.rows.back().push_back(Text("."));
        continue;
      }
      auto effect =
          review::Compare(estimate, EffectsOf(estimate, model), first, second);
      table.rows.back().push_back(Text(effect.ok() ? Shown(*effect) : ""));
    }
  }
  return table;
}

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
                   Title(estimate, model)),
      {{"rank"}, {"treatment"}, {"p_score"}},
      {}};
  const std::vector<Column> versus = VersusColumns(estimate);
  table.columns.insert(table.columns.end(), versus.begin(), versus.end());
  for (const int i : order) {
    const std::string& treatment = estimate.p_scores(i).treatment();
    std::vector<Cell> row = {
        Integer(static_cast<int64_t>(table.rows.size()) + 1), Text(treatment),
        Number(score(i))};
    const std::vector<Cell> cells = VersusCells(estimate, model, treatment);
    row.insert(row.end(), cells.begin(), cells.end());
    table.rows.push_back(std::move(row));
  }
  return table;
}

void PrintSummary(const v1::Estimate& estimate, Output& output) {
  PrintHeterogeneity(estimate, output);
  output.Remark(absl::StrCat(estimate.studies_used(), " studies used"));
  if (estimate.components_size() > 1) {
    output.Tell(absl::StrCat("The network has ", estimate.components_size(),
                             " parts that no study connects; treatments of "
                             "different parts cannot be compared."));
  }
  for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
    output.Tell(
        absl::StrCat("Left out: ", study.study(), ": ", study.reason()));
  }
}

}  // namespace tidemark::cli
