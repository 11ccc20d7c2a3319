// `witness`: serves a witness of logs until it is told to stop.
#ifndef TIDEMARK_CLIENT_CLI_WITNESS_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_WITNESS_COMMAND_H_

#include "CLI/App.hpp"
#include "client/cli/session.h"

namespace tidemark::cli {

void AddWitnessCommand(CLI::App& app, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_WITNESS_COMMAND_H_
