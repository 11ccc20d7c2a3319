#include "client/cli/plot_command.h"

#include "client/cli/plot_forest.h"
#include "client/cli/plot_league.h"
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
}

}  // namespace tidemark::cli
