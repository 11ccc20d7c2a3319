// `tidemark key`.
#ifndef TIDEMARK_CLIENT_CLI_KEY_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_KEY_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

// `key show`: the keys of a log and which trees each of them signs. `key
// rotate`: a new key for all logs of the server.
void AddKeyCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_KEY_COMMAND_H_
