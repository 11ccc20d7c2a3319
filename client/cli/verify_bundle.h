// Verifies the log in a bundle, without a server.
#ifndef TIDEMARK_CLIENT_CLI_VERIFY_BUNDLE_H_
#define TIDEMARK_CLIENT_CLI_VERIFY_BUNDLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/bundle_reader.h"
#include "client/cli/verification.h"

namespace tidemark::cli {

// What VerifyOnline checks, over the file; and that the tiles are those of the
// leaves, that what is there to be read is what was stored, that the protocol
// is that of the log, and that the manifest follows from the rest.
//
// Every checkpoint must be signed by the key of its size. The auditor's key
// must be one of those of the log, and the log not restored from a backup
// since; without one, what comes with the log is believed. DATA_LOSS with a
// finding (review/finding.h): it does not verify. O(log · (log log + cost of
// its estimates)).
absl::StatusOr<Verification> VerifyBundle(const BundleReader& bundle,
                                          const Trust& trust,
                                          const Progress& progress);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFY_BUNDLE_H_
