// What the command tells the shell.
#ifndef TIDEMARK_CLIENT_CLI_EXIT_CODE_H_
#define TIDEMARK_CLIENT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::cli {

// docs/cli.md lists them; scripts rely on the numbers.
enum class ExitCode {
  kDone = 0,
  kDifferent = 1,
  kUsage = 2,
  kInvalid = 3,
  kConflict = 4,
  kNotVerified = 5,
  kNotFound = 6,
  kNotAllowed = 7,
  kUnavailable = 8,
  kNotEstimable = 9,
};

// A command that was typed wrongly, as against data that is wrong.
absl::Status UsageError(absl::string_view message);

// Nothing is wrong, but the data do not determine what was asked for.
absl::Status NotEstimableError(absl::string_view message);

ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXIT_CODE_H_
