// `tidemark influence`.
#ifndef TIDEMARK_CLIENT_CLI_INFLUENCE_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_INFLUENCE_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddInfluenceCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_INFLUENCE_COMMAND_H_
