// Trying what a change would do.
#ifndef TIDEMARK_CLIENT_CLI_DRY_RUN_H_
#define TIDEMARK_CLIENT_CLI_DRY_RUN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::cli {

// The impact report of `change`, which is not made: every comparison that would
// move, with its class, before and after; the conclusion events, of a release
// those that it is held against; what would have no estimate; and the releases
// that relied on its trials. Rows for programs are of the comparisons, of a
// release of the events; JSON is the server's answer. `places` as of Write.
absl::StatusOr<ExitCode> DryRun(Session& session, const std::string& review_id,
                                const v1::Change& change,
                                const std::string& reason,
                                const std::vector<std::string>& places);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_DRY_RUN_H_
