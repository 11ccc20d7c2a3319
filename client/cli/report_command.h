// `tidemark report`: what changed from one version to another, as one page.
#ifndef TIDEMARK_CLIENT_CLI_REPORT_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_REPORT_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddReportCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REPORT_COMMAND_H_
