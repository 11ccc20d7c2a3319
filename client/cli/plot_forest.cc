#include "client/cli/plot_forest.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/plot_output.h"
#include "client/report/forest_figure.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

struct ForestOptions {
  PlotOptions plot;
  AskedComparison comparison;
  std::string reference;
  bool evidence = false;
};

// The reference that was asked for, or the analysis', where it has data.
absl::StatusOr<std::string> ReferenceOf(const PlotEstimate& read,
                                        const std::string& asked) {
  const v1::Estimate& estimate = read.answer.estimate();
  const std::string& wanted = asked.empty() ? read.analysis.reference() : asked;
  if (review::TreatmentIndex(estimate, wanted) >= 0) return wanted;
  if (asked.empty()) return estimate.treatments(0);
  return absl::NotFoundError(absl::StrCat("\"", asked,
                                          "\" has no data in analysis \"",
                                          read.analysis.analysis_id(), "\""));
}

absl::StatusOr<report::Figure> PlotAsked(client::Client& client,
                                         const PlotQuestion& question,
                                         const ForestOptions& options) {
  const bool is_of_one = !options.comparison.first.empty();
  if (options.evidence || is_of_one) {
    if (!options.reference.empty()) {
      return UsageError(
          "--reference is of the figure without --evidence and comparison");
    }
    return PlotSplitForest(client, question, options.comparison);
  }
  return PlotForest(client, question, options.reference);
}

}  // namespace

absl::StatusOr<report::Figure> PlotForest(client::Client& client,
                                          const PlotQuestion& question,
                                          const std::string& reference) {
  ASSIGN_OR_RETURN(const PlotEstimate read, ReadPlotEstimate(client, question));
  const v1::Estimate& estimate = read.answer.estimate();
  RETURN_IF_ERROR(CheckEstimable(estimate));
  ASSIGN_OR_RETURN(const std::string versus, ReferenceOf(read, reference));
  return report::DrawForest(estimate, read.subject, versus);
}

absl::StatusOr<report::Figure> PlotSplitForest(
    client::Client& client, const PlotQuestion& question,
    const AskedComparison& comparison) {
  RETURN_IF_ERROR(CheckOneComparison(comparison.first, comparison.second));
  v1::EstimateDetails details;
  details.set_splits(true);
  ASSIGN_OR_RETURN(const PlotEstimate read,
                   ReadPlotEstimate(client, question, details));
  const v1::Estimate& estimate = read.answer.estimate();
  RETURN_IF_ERROR(CheckEstimable(estimate));
  if (!comparison.first.empty()) {
    RETURN_IF_ERROR(FindComparison(estimate, Model::kRandom, comparison.first,
                                   comparison.second)
                        .status());
  }
  return report::DrawSplitForest(estimate, read.subject, comparison.first,
                                 comparison.second);
}

void AddPlotForest(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "forest",
      "Every treatment versus the reference, or the direct, indirect and "
      "network evidence on comparisons");
  auto options = std::make_shared<ForestOptions>();
  AddPlotOptions(command, &options->plot);
  AddComparison(command, &options->comparison,
                "First treatment of a comparison whose evidence to show");
  command->add_option("--reference", options->reference,
                      "Treatment to compare with; default: of the analysis");
  command->add_flag("--evidence", options->evidence,
                    "Direct, indirect and network evidence on every pair that "
                    "studies compare");
  session.OnCommand(command, [&session, options] {
    return ShowFigure(
        session, options->plot,
        [&](client::Client& client, const PlotQuestion& question) {
          return PlotAsked(client, question, *options);
        });
  });
}

}  // namespace tidemark::cli
