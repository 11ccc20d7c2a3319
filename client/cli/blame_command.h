// `blame`: who wrote each field of a trial, when and why.
#ifndef TIDEMARK_CLIENT_CLI_BLAME_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_BLAME_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddBlameCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BLAME_COMMAND_H_
