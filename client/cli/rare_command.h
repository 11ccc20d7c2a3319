// `tidemark rare`.
#ifndef TIDEMARK_CLIENT_CLI_RARE_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_RARE_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddRareCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RARE_COMMAND_H_
