// Syntax of JSON, with places in its errors.
#ifndef TIDEMARK_CLIENT_CLI_JSON_SYNTAX_H_
#define TIDEMARK_CLIENT_CLI_JSON_SYNTAX_H_

#include <string>

#include "absl/status/status.h"

namespace tidemark::cli {

// INVALID_ARGUMENT: `text` is no JSON; the message has line and column. Or an
// object has a key twice, of which parsers would silently keep one; or it is
// nested more than 100 deep.
absl::Status CheckJsonSyntax(const std::string& text);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_JSON_SYNTAX_H_
