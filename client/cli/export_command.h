// `tidemark export`: a log or an estimate in open formats.
#ifndef TIDEMARK_CLIENT_CLI_EXPORT_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_EXPORT_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddExportCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXPORT_COMMAND_H_
