// A log that its server restored from a backup since it was last seen: how far
// what was seen is still in it.
#ifndef TIDEMARK_CLIENT_RESTORED_LOG_H_
#define TIDEMARK_CLIENT_RESTORED_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "client/known_logs.h"
#include "tidemark/v1/audit_service.grpc.pb.h"

namespace tidemark::client {

// What was proven of it.
struct RestoredLog {
  // What is known of the log, and what it shows now.
  KnownLog held;
  KnownLog now;
  // Entries of the backup: the first ones of both, up to the size that is held.
  int64_t backup_size = 0;
  // What the entry after them says: when and why the backup was restored.
  absl::Time time;
  std::string reason;
  // Whether the keys that were proven before the restore vouch for the one that
  // signs now. Else it is one that its operator has to confirm.
  bool same_key = false;

  // Entries that were seen and are in the log no more.
  int64_t lost() const {
    return held.checkpoint.size > backup_size
               ? held.checkpoint.size - backup_size
               : 0;
  }
};

// Asks the server for the keys of the log and holds what it shows `now`, a
// checkpoint that its own key signed, against what is `held`, of another key.
// Absent: the log does not prove that a backup was restored in between.
// DATA_LOSS: it does, but is not proven to begin with what is held, or with
// what the old key signed as the last entry of the backup. Else the errors of
// the calls.
absl::StatusOr<std::optional<RestoredLog>> FindRestore(
    const Connection& connection, v1::AuditService::Stub& audits,
    const std::string& review_id, const KnownLog& held, const KnownLog& now);

// What happened to the log, what is kept and what is lost, in lines for people.
// `target` is the server's name.
std::string RestoredText(const std::string& review_id, absl::string_view target,
                         const RestoredLog& restored);

// The error of every call until the client is told to follow:
// FAILED_PRECONDITION with the reason LOG_EPOCH_CHANGED, with that text
// and how to follow.
absl::Status RestoredError(const std::string& review_id,
                           absl::string_view target,
                           const RestoredLog& restored);

// Whether it is that error, or the server's own of a token of an older epoch.
bool IsEpochChanged(const absl::Status& status);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_RESTORED_LOG_H_
