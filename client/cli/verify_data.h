// Verifies the log of a review in a server's data directory, without a server.
#ifndef TIDEMARK_CLIENT_CLI_VERIFY_DATA_H_
#define TIDEMARK_CLIENT_CLI_VERIFY_DATA_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/verification.h"

namespace tidemark::cli {

// What VerifyOnline checks, over DIR/db; and that the stored tree nodes are
// those of the leaves, that the anchor is signed and of this log, and that no
// version of a trial or estimate is stored which no entry wrote.
//
// The key comes from the key file of DIR (storage::FindKeyPlace) if the auditor
// brings none, the anchor from DIR/anchor if `anchor_file` is empty. NOT_FOUND:
// there is no such review, or no key. FAILED_PRECONDITION: a running server
// holds DIR. DATA_LOSS with a finding (review/finding.h): it does not verify;
// also if anything of the review is missing. O(log · (log log + cost of its
// estimates)).
absl::StatusOr<Verification> VerifyData(const std::string& dir,
                                        const std::string& review,
                                        const Trust& trust,
                                        const std::string& anchor_file,
                                        const Progress& progress);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFY_DATA_H_
