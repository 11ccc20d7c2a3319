#include "client/cli/plot_command.h"

#include "client/cli/plot_forest.h"

namespace tidemark::cli {

void AddPlotCommand(CLI::App& app, Session& session) {
  CLI::App* const plot = app.add_subcommand(
      "plot", "A figure as SVG, with the numbers that it draws as CSV");
  plot->require_subcommand(1);
  AddPlotForest(*plot, session);
}

}  // namespace tidemark::cli
