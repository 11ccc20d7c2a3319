// `plot`: figures as SVG, with the numbers that they draw as CSV.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_PLOT_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddPlotCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_COMMAND_H_
