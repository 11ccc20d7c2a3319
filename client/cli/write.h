// Sending one change, or trying what it would do.
#ifndef TIDEMARK_CLIENT_CLI_WRITE_H_
#define TIDEMARK_CLIENT_CLI_WRITE_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::cli {

struct WriteOptions {
  std::string reason;
  bool dry_run = false;
};

// `-m REASON`, and `--dry-run`.
void AddWriteOptions(CLI::App* command, WriteOptions* options);

// Sends `change` and prints what it wrote; with dry_run prints what it
// would do (dry_run.h). `places` names where
// the elements of the change's list come from, for errors.
//
// A write keeps its request id until it is answered: the same command, typed
// again after a time-out, is not applied twice.
absl::StatusOr<ExitCode> Write(Session& session, const std::string& review_id,
                               const v1::Change& change,
                               const WriteOptions& options,
                               const std::vector<std::string>& places = {});

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_WRITE_H_
