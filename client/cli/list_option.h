// Lists that people type, parted by commas.
#ifndef TIDEMARK_CLIENT_CLI_LIST_OPTION_H_
#define TIDEMARK_CLIENT_CLI_LIST_OPTION_H_

#include <string>

#include "absl/strings/ascii.h"

namespace tidemark::cli {

// An element without the blanks around it, for `transform` of an option: people
// write `A, B`.
inline std::string Trimmed(const std::string& element) {
  return std::string(absl::StripAsciiWhitespace(element));
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_LIST_OPTION_H_
