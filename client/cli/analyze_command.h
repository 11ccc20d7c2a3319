// `analyze`: the engine alone on tables; no server, nothing stored.
#ifndef TIDEMARK_CLIENT_CLI_ANALYZE_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_ANALYZE_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddAnalyzeCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ANALYZE_COMMAND_H_
