// A log as one file that needs no server (docs/formats.md, Bundle).
#ifndef TIDEMARK_CLIENT_CLI_EXPORT_BUNDLE_H_
#define TIDEMARK_CLIENT_CLI_EXPORT_BUNDLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "audit/checkpoint.h"
#include "client/cli/verification.h"
#include "client/client.h"

namespace tidemark::cli {

// Writes the bundle of the log up to its latest checkpoint, and returns that.
// `file` is there when it is whole; one that was there is replaced. Holds one
// page of entries and the leaves of 256.
//
// What the server gives is held against the checkpoint: the leaves, and the
// changes and estimates against the leaves. DATA_LOSS, naming the sequence: it
// does not fit. UNAVAILABLE, FAILED_PRECONDITION: the file cannot be written.
absl::StatusOr<audit::Checkpoint> ExportBundle(client::Client& client,
                                               const std::string& review,
                                               const std::string& file,
                                               const Progress& progress);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXPORT_BUNDLE_H_
