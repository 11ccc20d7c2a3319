// `history`: an estimate over time, each step with its cause.
#ifndef TIDEMARK_CLIENT_CLI_HISTORY_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_HISTORY_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddHistoryCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_HISTORY_COMMAND_H_
