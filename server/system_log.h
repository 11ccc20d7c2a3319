// Writes the server's own log, `system` (review/system_events.h).
#ifndef TIDEMARK_SERVER_SYSTEM_LOG_H_
#define TIDEMARK_SERVER_SYSTEM_LOG_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boost/asio/thread_pool.hpp"
#include "server/review_registry.h"
#include "storage/review_store.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {

// An event and why it is written.
struct SystemEvent {
  v1::Change change;
  std::string reason;
  // An event with the same change and reason is written once under it.
  std::string request_id;
};

// The log is a live review without protocol: it is committed, anchored, proved,
// watched and replayed as every other log. Thread-safe.
class SystemLog {
 public:
  // Called once, on a thread of the pool or of the committer: OK when the event
  // is durable, or why it may not be.
  using Done = std::function<void(const absl::Status&)>;

  // Builds before this one let clients create a review of that name.
  // FAILED_PRECONDITION: these data hold one.
  static absl::Status CheckIdIsFree(const storage::ReviewStore& store);

  // Both must outlive it. INTERNAL: the system has no random bytes.
  static absl::StatusOr<std::unique_ptr<SystemLog>> Create(
      ReviewRegistry* registry, boost::asio::thread_pool* pool);

  // Writes what is new since the last start, after ReviewRegistry::LoadAll: who
  // may call if that changed, each review that the log does not know, and, if
  // the server listens, that it starts. Waits until it is durable. A damaged
  // log is left alone, with OK: it is not served, and health says so.
  absl::Status RecordStart(const v1::AccessSet& access, bool listens);

  // Writes who may call if the log does not say so yet. Waits until it is
  // durable; likewise.
  absl::Status RecordAccess(const v1::AccessSet& access);

  // Sees that the log names a review that exists. Repeats do no harm.
  void RecordCreated(const std::string& review, Done done);

  // Never blocks.
  void Append(SystemEvent event, Done done);

  // One that was never used before.
  std::string NewRequestId(absl::string_view action);

 private:
  SystemLog(ReviewRegistry* registry, boost::asio::thread_pool* pool,
            std::string run)
      : registry_(registry), pool_(pool), run_(std::move(run)) {}

  absl::StatusOr<std::shared_ptr<LiveReview>> Undamaged();
  std::vector<SystemEvent> NewAccess(const LiveReview& log,
                                     const v1::AccessSet& access);
  std::vector<SystemEvent> NewAtStart(const LiveReview& log, bool listens);
  absl::Status AppendAll(std::vector<SystemEvent> events);

  ReviewRegistry* const registry_;
  boost::asio::thread_pool* const pool_;
  // Tells the request ids of this process from those of all others.
  const std::string run_;
  std::atomic<int64_t> requests_ = 0;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_SYSTEM_LOG_H_
