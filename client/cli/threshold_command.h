// `tidemark threshold`.
#ifndef TIDEMARK_CLIENT_CLI_THRESHOLD_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_THRESHOLD_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddThresholdCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_THRESHOLD_COMMAND_H_
