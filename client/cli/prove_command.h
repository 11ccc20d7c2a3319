// `prove`, `checkpoint`: what an auditor keeps of a log.
#ifndef TIDEMARK_CLIENT_CLI_PROVE_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_PROVE_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddProveCommand(CLI::App& app, Session& session);
void AddCheckpointCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PROVE_COMMAND_H_
