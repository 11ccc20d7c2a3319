// The verbs `runs record` and `runs list`: what was done to keep a review up to
// date.
#ifndef TIDEMARK_CLIENT_CLI_RUNS_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_RUNS_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddRunsCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RUNS_COMMANDS_H_
