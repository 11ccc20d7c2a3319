#include "client/cli/plot_command.h"

#include "client/cli/plot_contributions.h"
#include "client/cli/plot_funnel.h"
#include "client/cli/plot_history.h"
#include "client/cli/plot_leave_one_out.h"

namespace tidemark::cli {

void AddPlotCommand(CLI::App& app, Session& session) {
  CLI::App* const plot = app.add_subcommand(
      "plot", "A figure as SVG, with the numbers that it draws as CSV");
  plot->require_subcommand(1);
  AddPlotHistory(*plot, session);
  AddPlotContributions(*plot, session);
  AddPlotLeaveOneOut(*plot, session);
  AddPlotFunnel(*plot, session);
}

}  // namespace tidemark::cli
