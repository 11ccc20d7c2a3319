// Errors in words.
#ifndef TIDEMARK_CLIENT_CLI_ERROR_MESSAGE_H_
#define TIDEMARK_CLIENT_CLI_ERROR_MESSAGE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace tidemark::cli {

// What went wrong, every field violation on a line of its own, and what to do
// next where that is known; a long message without its middle. `server` is the
// one that was asked; empty: none over the network.
std::string ErrorMessage(const absl::Status& status, const std::string& server);

// Puts the place of its data before each field violation of a refused change:
// `places[i]` is where element i of the change's list comes from.
absl::Status WithPlaces(const absl::Status& status,
                        const std::vector<std::string>& places);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ERROR_MESSAGE_H_
