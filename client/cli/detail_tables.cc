#include "client/cli/detail_tables.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/cinema_tables.h"
#include "client/cli/coherence_tables.h"
#include "client/cli/component_tables.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/flow_tables.h"
#include "client/cli/funnel_tables.h"
#include "client/cli/influence_tables.h"
#include "client/cli/number_format.h"
#include "client/cli/rank_tables.h"
#include "client/cli/regression_tables.h"
#include "client/cli/subgroup_tables.h"
#include "client/cli/threshold_tables.h"

namespace tidemark::cli {
namespace {

bool HasRankProbabilities(const v1::Estimate& estimate, Model model) {
  for (const v1::Ranking& ranking :
       review::EffectsUnder(estimate, model).rankings()) {
    if (ranking.has_probability_error()) return true;
  }
  return false;
}

void PrintRankGrids(const v1::Estimate& estimate, Model model, Output& output) {
  for (const Table& grid : RankProbabilityGrids(estimate, model)) {
    output.Remark("");
    output.Print(grid);
  }
}

void PrintPoth(const v1::Estimate& estimate, Model model, Output& output) {
  const auto& rankings = review::EffectsUnder(estimate, model).rankings();
  for (int i = 0; i < rankings.size(); ++i) {
    const bool one =
        rankings.size() == 1 || i >= estimate.component_heterogeneity_size();
    output.Remark(absl::StrCat(
        one ? ""
            : absl::StrCat("part of the network with ",
                           estimate.component_heterogeneity(i).reference(),
                           ": "),
        "POTH (certainty of the order, 0-1) ",
        ShownNumber(rankings[i].poth())));
  }
}

Table SplitsOf(const v1::Estimate& estimate, Model model) {
  return SplitsTable(
      estimate,
      absl::StrCat("Direct and indirect evidence, ", ModelName(model)),
      model == Model::kRandom ? estimate.splits() : estimate.splits_common());
}

Table NodeSplitsOf(const v1::Estimate& estimate, Model model) {
  return SplitsTable(
      estimate,
      absl::StrCat("Node-splits (refitted without the studies of the pair), ",
                   ModelName(model)),
      model == Model::kRandom ? estimate.node_splits()
                              : estimate.node_splits_common());
}

void PrintDesigns(const v1::Estimate& estimate, Output& output) {
  output.Remark("");
  output.Print(DesignsTable(estimate, "common effect", estimate.designs()));
  output.Remark("");
  output.Print(
      DesignsTable(estimate, "random effects", estimate.designs_random()));
}

bool HasDetails(const v1::Estimate& estimate, Model model) {
  return HasRankProbabilities(estimate, model) || !estimate.splits().empty() ||
         !estimate.node_splits().empty() || !estimate.designs().empty() ||
         estimate.has_contributions() || estimate.has_cinema() ||
         estimate.has_leave_one_out() || estimate.has_threshold_analysis() ||
         estimate.has_funnel() || estimate.has_component_model() ||
         estimate.has_meta_regression() || estimate.has_subgroups();
}

void PrintCoherence(const v1::Estimate& estimate, Model model, Output& output) {
  if (!estimate.designs().empty()) {
    output.Remark("");
    PrintHeterogeneity(estimate, output);
  }
  if (!estimate.splits().empty()) {
    output.Remark("");
    output.Print(SplitsOf(estimate, model));
  }
  if (!estimate.node_splits().empty()) {
    output.Remark("");
    output.Print(NodeSplitsOf(estimate, model));
  }
}

void PrintFlow(const v1::Estimate& estimate, Model model, Output& output) {
  if (estimate.has_contributions()) {
    for (const FlowBy by : {FlowBy::kComparison, FlowBy::kStudy}) {
      output.Remark("");
      PrintContributions(estimate, model, by, output);
    }
  }
  if (estimate.has_cinema()) {
    output.Remark("");
    PrintCinema(estimate, output);
  }
}

void PrintRobustness(const v1::Estimate& estimate, Output& output) {
  if (estimate.has_leave_one_out()) {
    output.Remark("");
    PrintInfluence(estimate, output);
  }
  if (estimate.has_threshold_analysis()) {
    output.Remark("");
    PrintThresholds(estimate, output);
  }
  if (estimate.has_funnel()) {
    output.Remark("");
    PrintFunnel(estimate, output);
  }
}

void PrintOtherModels(const v1::Estimate& estimate, Model model,
                      Output& output) {
  if (estimate.has_component_model()) {
    output.Remark("");
    PrintComponents(estimate, model, output);
  }
  if (estimate.has_meta_regression()) {
    output.Remark("");
    PrintRegression(estimate, model, output);
  }
  if (estimate.has_subgroups()) {
    output.Remark("");
    PrintSubgroups(estimate, output);
  }
}

}  // namespace

void PrintRanks(const v1::Estimate& estimate, Model model, Output& output) {
  const bool probabilities = HasRankProbabilities(estimate, model);
  if (!output.is_table() && probabilities) {
    return output.Print(RankProbabilitiesTable(estimate, model));
  }
  output.Print(RankTable(estimate, model));
  PrintRankGrids(estimate, model, output);
  PrintPoth(estimate, model, output);
}

void PrintHeterogeneity(const v1::Estimate& estimate, Output& output) {
  output.Print(HeterogeneityTable(estimate));
  if (estimate.designs().empty()) return;
  if (output.is_table()) return PrintDesigns(estimate, output);
  output.Tell("Rows hold no designs; they are in --output json.");
}

void PrintSplits(const v1::Estimate& estimate, Model model, Output& output) {
  output.Print(estimate.node_splits().empty() ? SplitsOf(estimate, model)
                                              : NodeSplitsOf(estimate, model));
}

void PrintDetails(const v1::Estimate& estimate, Model model, Output& output) {
  if (!output.is_table()) {
    if (HasDetails(estimate, model)) {
      output.Tell(
          "Rows hold relative effects only; the rest is in --output json.");
    }
    return;
  }
  PrintCoherence(estimate, model, output);
  PrintFlow(estimate, model, output);
  PrintRobustness(estimate, output);
  PrintOtherModels(estimate, model, output);
}

}  // namespace tidemark::cli
