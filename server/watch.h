// One subscriber: reads the log from its own position, one message in flight.
#ifndef TIDEMARK_SERVER_WATCH_H_
#define TIDEMARK_SERVER_WATCH_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/message_cache.h"
#include "server/resume_token.h"
#include "server/watch_filter.h"
#include "server/watch_group.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::server {

// How often Tick is called.
inline constexpr std::chrono::milliseconds kWatchTick(200);

// Whose watch it is, and what ends it.
struct WatchCall {
  // Lives until OnDone.
  grpc::CallbackServerContext* context = nullptr;
  // OK, or why the caller may no longer read the review. Only asked while the
  // call lives.
  std::function<absl::Status()> may_still_read;
  // Called once, when the call is over.
  std::function<void()> on_done;
  // A message that is not taken for so long, and 1 s more for each 8 kB of it,
  // ends the call.
  std::chrono::milliseconds stall_limit{0};
};

// Commits only wake it; it reads what it sends from the store, or takes it from
// those who have sent it already. So it costs one message of memory however
// slow its reader is, and the writer never waits. Thread-safe; its group keeps
// it until OnDone.
class Watch final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                    public std::enable_shared_from_this<Watch> {
 public:
  // INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE, FAILED_PRECONDITION as
  // watch_service.proto says.
  static absl::StatusOr<std::shared_ptr<Watch>> Create(
      const v1::WatchRequest& request, std::shared_ptr<WatchGroup> group,
      WatchCall call);

  // Joins the group and sends that the watch stands. Call once.
  void Start();

  // Sends what is due and at hand. What has to be read first is read here if
  // this thread may block and it is near the head, else later.
  void Pump(bool may_block);

  // Reads what is next and sends it; for the group, when the watch asked.
  void Read();

  // Sends progress if it is due; ends a call whose reader takes nothing.
  void Tick(std::chrono::steady_clock::time_point now);

  // Sends the reason in-band, then ends the call with OK.
  void End(v1::WatchEnd::Reason reason, absl::string_view message);

  // Ends it unless its caller may still read.
  void Recheck();

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A message, and what its reader has then.
  struct Step {
    MessageKey key;
    ResumePoint after;
  };

  Watch(const v1::WatchRequest& request, WatchFilter filter,
        std::shared_ptr<WatchGroup> group, WatchCall call);
  absl::Status FindStart(const v1::WatchRequest& request);

  int64_t Head() const { return group_->live().Committed()->sequence(); }
  Step NextStep() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What is next, if nothing has to be read for it.
  std::optional<SharedMessage> FindKept(const Step& step, int64_t head) const;
  absl::StatusOr<SharedMessage> Make(const Step& step) const;
  absl::StatusOr<SharedMessage> MakeOwn(
      const Step& step, const std::set<std::string>& left_out) const;

  // Sends what is due and at hand. True: what is due has to be read.
  bool SendDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Sends the next entry or item if it is at hand; true if there is one that
  // is not.
  bool MustRead(int64_t head) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendProgress() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendEnd() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Deliver(const Step& step, const SharedMessage& message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send(v1::WatchResponse response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendShared(SharedMessage message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Of the message in flight.
  std::chrono::milliseconds StallLimit() const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetEnd(v1::WatchEnd::Reason reason, absl::string_view message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(const absl::Status& error) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishOnce(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<WatchGroup> group_;
  const WatchCall call_;
  const WatchFilter filter_;
  const ResumeTokens tokens_;
  // Estimates that were moved again are left out. Not if events are asked for:
  // the entry that moved one again may be held back, and with it the estimate.
  const bool only_latest_;
  // Without a message.
  const std::chrono::milliseconds longest_silence_;
  int64_t id_ = 0;

  Mutex mutex_;
  ResumePoint point_ ABSL_GUARDED_BY(mutex_);
  // Of the snapshot that it begins with.
  int64_t snapshot_size_ ABSL_GUARDED_BY(mutex_) = 0;
  SharedMessage in_flight_ ABSL_GUARDED_BY(mutex_);
  TimePoint sent_at_ ABSL_GUARDED_BY(mutex_);
  bool stands_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  // Read will be or is being called.
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool progress_due_ ABSL_GUARDED_BY(mutex_) = false;
  bool cut_off_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool end_sent_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<const v1::WatchEnd> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_H_
