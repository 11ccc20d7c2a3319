// A log as a server has it, up to one signed checkpoint.
#ifndef TIDEMARK_CLIENT_CLI_LOG_SNAPSHOT_H_
#define TIDEMARK_CLIENT_CLI_LOG_SNAPSHOT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "client/client.h"
#include "tidemark/v1/audit_service.pb.h"

namespace tidemark::cli {

struct LogSnapshot {
  std::string review;
  // The latest checkpoint: a signed note, and what it says.
  std::string note;
  audit::Checkpoint head;
  // The log's keys with their proofs, and as proven.
  std::vector<audit::ClaimedKey> claimed_keys;
  audit::KeyHistory keys;
};

// Waits until the entries under the checkpoint can be read: writes that are
// stored together become visible one after another. Errors of the client;
// DATA_LOSS: the keys do not sign the checkpoint, or the entries do not come.
absl::StatusOr<LogSnapshot> TakeSnapshot(client::Client& client,
                                         const std::string& review);

// Visits the entries from sequence `from` to the last of the snapshot, in
// order. Ends with the first error of `visit` or of the client. DATA_LOSS: the
// server's list has a gap or ends early. What an entry holds is not checked.
absl::Status ForEachEntry(
    client::Client& client, const LogSnapshot& log, int64_t from,
    bool with_evidence,
    const std::function<absl::Status(const v1::EntryWithEvidence&)>& visit);

// DATA_LOSS unless `root`, that of the entries which the server gave, is the
// one of the snapshot's checkpoint.
absl::Status CheckRoot(const LogSnapshot& log, const audit::Digest& root);

// Entries that are redacted while they are read look as if nothing said so:
// UNAVAILABLE if that is what happened after the entry `size`.
absl::Status CheckNotRedactedSince(client::Client& client,
                                   const std::string& review, int64_t size);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_LOG_SNAPSHOT_H_
