// The verbs `release make` and `release list`.
#ifndef TIDEMARK_CLIENT_CLI_RELEASE_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_RELEASE_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddReleaseCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RELEASE_COMMANDS_H_
