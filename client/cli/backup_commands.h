// `backup` and `restore`: the data of a server.
#ifndef TIDEMARK_CLIENT_CLI_BACKUP_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_BACKUP_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddBackupCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BACKUP_COMMANDS_H_
