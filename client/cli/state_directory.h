// Where the command keeps what it must remember between runs.
#ifndef TIDEMARK_CLIENT_CLI_STATE_DIRECTORY_H_
#define TIDEMARK_CLIENT_CLI_STATE_DIRECTORY_H_

#include <string>

namespace tidemark::cli {

// $XDG_STATE_HOME/tidemark or ~/.local/state/tidemark. Empty if neither
// variable is set.
std::string StateDirectory();

// What is known of logs (client/known_logs.h): `logs` in there. Empty likewise.
std::string KnownLogsDirectory();

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_STATE_DIRECTORY_H_
