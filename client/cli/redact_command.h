// `tidemark redact`.
#ifndef TIDEMARK_CLIENT_CLI_REDACT_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_REDACT_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddRedactCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REDACT_COMMAND_H_
