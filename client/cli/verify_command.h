// `verify`: checks the log of a review: its head, or with --deep all of it,
// over a server or on a copy of its data. `verify-bundle`: all of it, in a
// file.
#ifndef TIDEMARK_CLIENT_CLI_VERIFY_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_VERIFY_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddVerifyCommand(CLI::App& app, Session& session);
void AddVerifyBundleCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFY_COMMAND_H_
