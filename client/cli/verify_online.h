// Verifies the log of a review that a server holds. Errors of both are
// DATA_LOSS with a finding (review/finding.h) if it does not verify, else the
// client's.
#ifndef TIDEMARK_CLIENT_CLI_VERIFY_ONLINE_H_
#define TIDEMARK_CLIENT_CLI_VERIFY_ONLINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/verification.h"
#include "client/client.h"

namespace tidemark::cli {

// The quick check: that the latest checkpoint is signed by the key, is of
// this review, covers the entries that the server says there are, and provably
// extends the checkpoints that the auditor holds, and one that a quorum of the
// auditor's witnesses cosigned, if any are asked for. Reads no entry. O(log n).
absl::StatusOr<Verification> VerifyHead(client::Client& client,
                                        const std::string& review,
                                        const Trust& trust);

// The deep check: also reads every entry with its evidence and checks it
// (review/log_verifier.h), and every stored checkpoint against the entries
// (tree_check.h). O(log · (log log + cost of its estimates)).
absl::StatusOr<Verification> VerifyOnline(client::Client& client,
                                          const std::string& review,
                                          const Trust& trust,
                                          const Progress& progress);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFY_ONLINE_H_
