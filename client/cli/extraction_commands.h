// `approve`, `reject`, `adjudicate`, `extract`: drafts of trials.
#ifndef TIDEMARK_CLIENT_CLI_EXTRACTION_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_EXTRACTION_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddExtractionCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXTRACTION_COMMANDS_H_
