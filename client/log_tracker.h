// Holds the logs of a server to what is known of them.
#ifndef TIDEMARK_CLIENT_LOG_TRACKER_H_
#define TIDEMARK_CLIENT_LOG_TRACKER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/tlog_proof.h"
#include "base/mutex.h"
#include "client/connection.h"
#include "client/known_logs.h"
#include "client/restored_log.h"
#include "client/trust.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::client {

// Every checkpoint that it is shown must be signed by the log's key and be
// consistent with every other one that it has seen: of two sizes, the smaller
// tree must be proven a start of the larger one. The largest one seen is what
// is known of the log; it is kept before a call returns.
//
// The key may be rotated: if the log shows another one, the server must prove,
// once for each object, that rotations lead from the known to the new one
// (audit/key_history.h). A log that was restored from a backup is another log,
// and DATA_LOSS.
//
// A checkpoint that does not fit is DATA_LOSS: the message says what was known,
// what was found and what to do, and what is known stays as it was. A proof
// that the server does not give counts as one that fails. Errors of the calls
// to the server that are not about the log (UNAVAILABLE, say) are passed on.
//
// A log that was restored from a backup is refused with what was kept and lost
// (client/restored_log.h) until FollowRestore.
//
// Thread-safe: calls may see the log's checkpoints in any order.
//
// Cost of a call, beyond its RPC: the signature in the file is checked (0.1 ms)
// whenever that is read, which is once if the log has not changed; else twice,
// the new one once, and a file of 1 kB is synced (client/trust_benchmark.cc). A
// receipt needs a further RPC only if other writes came between: a write that
// follows the last known checkpoint proves that it extends it.
class LogTracker {
 public:
  // INVALID_ARGUMENT: a key of `trust` is none. Else as KnownLogs::Open.
  static absl::StatusOr<std::unique_ptr<LogTracker>> Open(
      const Connection& connection, const std::string& target,
      const Trust& trust);

  // The checkpoint of a size (0: the latest) after it was checked. NOT_FOUND:
  // there is no such review, and none was known; or no such checkpoint.
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(
      const std::string& review_id, int64_t size = 0);

  // Checks the answer to a write (client/receipt.h) and its checkpoint.
  absl::Status CheckReceipt(const v1::ApplyRequest& request,
                            const v1::ApplyResponse& response);

  // Checks a signed checkpoint that was seen in another way, and its key.
  absl::Status Remember(const std::string& review_id, absl::string_view vkey,
                        absl::string_view note);

  // Goes on with a log that was restored from a backup since it was last seen:
  // what it shows now, which is proven as FindRestore says, becomes what is
  // known. FAILED_PRECONDITION: nothing is known of the log, or it was not
  // restored since; or a key signs it that nothing vouches for and that was not
  // given. DATA_LOSS: it is not proven.
  absl::StatusOr<RestoredLog> FollowRestore(const std::string& review_id);

  // Whether the log is known from earlier, and nothing of it was checked yet by
  // this object. Asks no server. Errors of Known().
  absl::StatusOr<bool> IsKnownButNotMet(const std::string& review_id) const;

  // What is known of a log. Asks no server. DATA_LOSS: the file is damaged, or
  // of a log with another origin than a key that was given.
  absl::StatusOr<std::optional<KnownLog>> Known(
      const std::string& review_id) const;

 private:
  LogTracker(const Connection& connection, std::unique_ptr<KnownLogs> known,
             const Trust& trust);

  // The key that was given for a log; empty if none was.
  std::string GivenKey(const std::string& review_id) const;
  // Opens a checkpoint that the server shows as of this log.
  absl::StatusOr<KnownLog> OpenShown(const std::string& review_id,
                                     const std::optional<KnownLog>& held,
                                     absl::string_view vkey,
                                     absl::string_view note);
  // The keys of the log, which may be what is known of them if `has` is among
  // them. DATA_LOSS: the server proves none, or cannot say.
  absl::StatusOr<audit::KeyHistory> Keys(const std::string& review_id,
                                         absl::string_view has);
  // That the keys that are known and given, if any, vouch for the log of the
  // key that is shown.
  absl::Status CheckKey(const std::string& review_id,
                        const std::optional<KnownLog>& held,
                        const KnownLog& seen);
  absl::Status CheckFollows(const std::string& review_id,
                            const std::optional<KnownLog>& held,
                            absl::string_view trusted, const KnownLog& seen);
  absl::StatusOr<audit::ProvenLeaf> CheckRotatedReceipt(
      const v1::ApplyRequest& request, const v1::ApplyResponse& response,
      std::string& vkey);
  // Tells of what was remembered.
  void Tell(const std::string& review_id, const std::optional<KnownLog>& held,
            const KnownLog& seen) const;
  // Checks `seen` against what is known, and makes it what is known if it is
  // larger. `prefix`, if any, is a tree that `seen` is proven to extend.
  absl::Status Accept(const std::string& review_id, const KnownLog& seen,
                      const std::optional<audit::Checkpoint>& prefix);
  void MarkMet(const std::string& review_id);
  absl::Status ProveExtends(const std::string& review_id, const KnownLog& held,
                            const KnownLog& seen);
  // The checkpoint as the server shows it, held against nothing.
  absl::StatusOr<v1::GetCheckpointResponse> GetLatestUnproven(
      const std::string& review_id);
  // What a failure to show a checkpoint says of the log.
  absl::Status WithoutCheckpoint(const std::string& review_id, int64_t size,
                                 const std::optional<KnownLog>& held,
                                 const absl::Status& failure);
  // The error that the log is signed with another key than the known one: that
  // it was restored, if it proves that, or else `found`.
  absl::Status OtherKey(const std::string& review_id,
                        const std::optional<KnownLog>& held,
                        const KnownLog& seen, absl::string_view found) const;
  // The error that the log is not the known one.
  absl::Status NotTheKnownLog(const std::string& review_id,
                              const std::optional<KnownLog>& held,
                              absl::string_view found) const;

  const Connection connection_;
  const std::unique_ptr<v1::AuditService::Stub> audits_;
  const std::unique_ptr<KnownLogs> known_;
  const Trust trust_;
  mutable Mutex mutex_;
  // Reviews of whose logs a checkpoint was checked.
  std::set<std::string> met_ ABSL_GUARDED_BY(mutex_);
  // Proven keys, by review.
  std::map<std::string, audit::KeyHistory> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_LOG_TRACKER_H_
