#include "client/cli/plot_command.h"

#include "client/cli/plot_contributions.h"
#include "client/cli/plot_flow.h"
#include "client/cli/plot_forest.h"
#include "client/cli/plot_funnel.h"
#include "client/cli/plot_history.h"
#include "client/cli/plot_league.h"
#include "client/cli/plot_leave_one_out.h"
#include "client/cli/plot_network.h"
#include "client/cli/plot_ranks.h"

namespace tidemark::cli {

void AddPlotCommand(CLI::App& app, Session& session) {
  CLI::App* const plot = app.add_subcommand(
      "plot", "A figure as SVG, with the numbers that it draws as CSV");
  plot->require_subcommand(1);
  AddPlotForest(*plot, session);
  AddPlotLeague(*plot, session);
  AddPlotNetwork(*plot, session);
  AddPlotRanks(*plot, session);
  AddPlotHistory(*plot, session);
  AddPlotContributions(*plot, session);
  AddPlotLeaveOneOut(*plot, session);
  AddPlotFunnel(*plot, session);
  AddPlotFlow(*plot, session);
}

}  // namespace tidemark::cli
