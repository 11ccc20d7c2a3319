// `explain`: which entries moved a comparison, and by how much.
#ifndef TIDEMARK_CLIENT_CLI_EXPLAIN_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_EXPLAIN_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddExplainCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXPLAIN_COMMAND_H_
