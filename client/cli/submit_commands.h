// `submit` and `correct`: new versions of trials.
#ifndef TIDEMARK_CLIENT_CLI_SUBMIT_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_SUBMIT_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddSubmitCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_SUBMIT_COMMANDS_H_
