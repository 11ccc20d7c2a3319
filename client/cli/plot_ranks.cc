#include "client/cli/plot_ranks.h"

#include <memory>

#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/plot_output.h"
#include "client/report/rank_figure.h"

namespace tidemark::cli {

absl::StatusOr<report::Figure> PlotRanks(client::Client& client,
                                         const PlotQuestion& question) {
  v1::EstimateDetails details;
  details.set_rank_probabilities(true);
  ASSIGN_OR_RETURN(const PlotEstimate read,
                   ReadPlotEstimate(client, question, details));
  const v1::Estimate& estimate = read.answer.estimate();
  RETURN_IF_ERROR(CheckEstimable(estimate));
  RETURN_IF_ERROR(CheckTreatments(estimate.treatments_size()));
  return report::DrawRanks(estimate, read.subject);
}

void AddPlotRanks(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "ranks", "P-scores with median ranks and the probability of each rank");
  auto options = std::make_shared<PlotOptions>();
  AddPlotOptions(command, options.get());
  session.OnCommand(command, [&session, options] {
    return ShowFigure(session, *options, PlotRanks);
  });
}

}  // namespace tidemark::cli
