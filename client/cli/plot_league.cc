#include "client/cli/plot_league.h"

#include <memory>

#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/plot_output.h"
#include "client/report/league_figure.h"

namespace tidemark::cli {

absl::StatusOr<report::Figure> PlotLeague(client::Client& client,
                                          const PlotQuestion& question) {
  ASSIGN_OR_RETURN(const PlotEstimate read, ReadPlotEstimate(client, question));
  const v1::Estimate& estimate = read.answer.estimate();
  RETURN_IF_ERROR(CheckEstimable(estimate));
  RETURN_IF_ERROR(CheckTreatments(estimate.treatments_size()));
  return report::DrawLeague(estimate, read.subject);
}

void AddPlotLeague(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "league",
      "Every pair of treatments as a heat map, with the numbers if they fit");
  auto options = std::make_shared<PlotOptions>();
  AddPlotOptions(command, options.get());
  session.OnCommand(command, [&session, options] {
    return ShowFigure(session, *options, PlotLeague);
  });
}

}  // namespace tidemark::cli
