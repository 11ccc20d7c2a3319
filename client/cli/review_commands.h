// `review create|update|list|show`.
#ifndef TIDEMARK_CLIENT_CLI_REVIEW_COMMANDS_H_
#define TIDEMARK_CLIENT_CLI_REVIEW_COMMANDS_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddReviewCommands(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REVIEW_COMMANDS_H_
