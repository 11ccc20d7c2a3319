// Commands that a user gave to be run.
#ifndef TIDEMARK_CLIENT_CLI_RUN_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_RUN_COMMAND_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::cli {

// Runs `/bin/sh -c COMMAND` with `input` on its standard input, and waits for
// it. Standard output and error are those of this process. It is in a process
// group of its own: Ctrl-C at the terminal does not reach it.
//
// UNKNOWN: it ended with another exit code than 0, or by a signal. INTERNAL: it
// could not be started.
absl::Status RunCommand(const std::string& command, absl::string_view input);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RUN_COMMAND_H_
