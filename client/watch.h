// Following a review without gaps, over broken connections.
//
//   Watch watch(*client, "knee-msc", {});
//   while (true) {
//     ASSIGN_OR_RETURN(const v1::WatchResponse message, watch.Next());
//     Process(message.entry());
//     Persist(message.resume_token());  // to go on after a restart
//   }
//
// docs/watching.md lists what a watch guarantees. The review's log is checked
// against what is known of it (client/client.h) before the first message of
// every connection is used.
#ifndef TIDEMARK_CLIENT_WATCH_H_
#define TIDEMARK_CLIENT_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/log_tracker.h"
#include "client/retry.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::client {

class WatchStream;

struct WatchOptions {
  // Only entries that moved one of these analyses. Empty: every entry.
  std::vector<std::string> analyses;
  // Only entries that caused an event of one of these kinds. Empty: any kind.
  std::vector<v1::ConclusionEvent::Kind> event_kinds;
  // Only entries that caused an event at least so important.
  v1::Importance::Level min_importance = v1::Importance::LEVEL_UNSPECIFIED;
  // Whether estimates that were moved again meanwhile may be left out.
  v1::WatchRequest::Delivery delivery = v1::WatchRequest::ALL;
  // Whether entries that say that a step of living mode is overdue pass whatever
  // the filters above say.
  bool overdue = false;
  // Go on after the message that carried this token, of a watch with the same
  // review and filter. Empty: see the next two.
  std::string resume_token;
  // First sequence. 0: only what comes from now on.
  int64_t from_sequence = 0;
  // First the current estimates, then what comes after them. Not together with
  // from_sequence.
  bool snapshot = false;
  // Longest time that the server stays silent, >= 1 s.
  absl::Duration progress_interval = absl::Seconds(30);
  // A connection that is silent for so long counts as broken.
  absl::Duration longest_silence = absl::Seconds(75);
  // Told of the messages that Next() does not return, with their tokens: the
  // start and progress. Whoever persists tokens persists these too: else a
  // restart before the first entry begins later than this watch did.
  std::function<void(const v1::WatchResponse& message)> on_bookmark;
  // Told of each failed attempt, before the wait for the next one.
  std::function<void(const absl::Status& failure, absl::Duration wait)>
      on_retry;
};

// A watch that reconnects by itself with the token of the last message that the
// caller has processed, in the midst of a snapshot too, and after the server
// cut off a slow reader. Until the server first answers it gives up after the
// attempts of the client's RetryPolicy; from then on, and while the server says
// when to come again (too many watches), it tries for as long as it takes. One
// thread may call Next(), and is the one that the callbacks run on; the rest is
// thread-safe.
class Watch {
 public:
  // Connects with the first Next().
  Watch(const Client& client, const std::string& review_id,
        const WatchOptions& options);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Blocks until the next entry, or item or end of a snapshot: the message has
  // `entry`, `snapshot_item` or `snapshot_end` set. Calling it says that the
  // message before is processed.
  //
  // CANCELLED after Cancel(), and only then. DATA_LOSS: the review cannot be
  // served any more, or its log is not the one that is known.
  // PERMISSION_DENIED: the caller may not, or no longer, read the review.
  // FAILED_PRECONDITION with the reason LOG_EPOCH_CHANGED: a backup was
  // restored, so the token says nothing any more; drop what was made of the
  // review, and watch with a snapshot and without a token. Else as
  // WatchService, for failures that trying again does not mend.
  absl::StatusOr<v1::WatchResponse> Next();

  // Where a reconnect would go on: after the last message that is processed.
  // The token of the message that Next() returned last is in that message.
  // Empty before the first.
  std::string token() const;

  // Ends Next(), now and in future; a check of the log that is under way may
  // last until its deadline.
  void Cancel();

 private:
  // Returns false if the watch was cancelled.
  bool OpenStream();
  void DropStream();
  // Checks the log, once for each stream.
  absl::Status CheckLog();
  // Notes where a message leads to; true if Next() returns it.
  bool Take(const v1::WatchResponse& message);
  // Takes a failure; OK if it is worth another attempt, which is then due.
  absl::Status WaitToRetry(const absl::Status& failure);
  v1::WatchRequest RequestFromToken() const;
  // Shorter if the watch is cancelled meanwhile.
  void Sleep(absl::Duration wait);
  void SetToken(const std::string& token);
  bool IsCancelled() const;

  const Connection connection_;
  const std::unique_ptr<v1::WatchService::Stub> stub_;
  // Null: the log is not checked.
  const std::shared_ptr<LogTracker> tracker_;
  const v1::WatchRequest first_request_;
  const absl::Duration longest_silence_;
  const std::function<void(const v1::WatchResponse&)> on_bookmark_;
  const std::function<void(const absl::Status&, absl::Duration)> on_retry_;

  // Of the thread that calls Next().
  Backoff backoff_;
  int failures_in_a_row_ = 0;  // before it first stood
  bool stood_ = false;
  bool is_checked_ = false;  // the log, since the stream stands
  std::string token_of_returned_message_;

  mutable Mutex mutex_;
  CondVar cancelled_changed_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  // Replaced only by the thread that calls Next(), which may use it unlocked.
  std::unique_ptr<WatchStream> stream_;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_WATCH_H_
