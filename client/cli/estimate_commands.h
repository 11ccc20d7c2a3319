// `estimate`, `league`, `rank`: results at a moment.
#ifndef TIDEMARK_CLIENT_CLI_ESTIMATE_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_ESTIMATE_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddEstimateCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ESTIMATE_COMMANDS_H_
