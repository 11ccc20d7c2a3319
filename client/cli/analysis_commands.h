// `analysis create|update|list`.
#ifndef TIDEMARK_CLIENT_CLI_ANALYSIS_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_ANALYSIS_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddAnalysisCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ANALYSIS_COMMANDS_H_
