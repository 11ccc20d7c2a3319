// Following a review without gaps, over broken connections.
//
//   Watch watch(*client, "knee-msc", {});
//   while (true) {
//     ASSIGN_OR_RETURN(const v1::WatchResponse message, watch.Next());
//     Process(message.entry());
//     Persist(message.resume_token());  // to go on after a restart
//   }
//
// The review's log is checked against what is known of it (client/client.h)
// before the first message of every connection is used.
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
  // Go on after the message that carried this token. Empty: see from_sequence.
  std::string resume_token;
  // First sequence. 0: only what comes from now on.
  int64_t from_sequence = 0;
  // Longest time that the server stays silent, >= 1 s.
  absl::Duration progress_interval = absl::Seconds(30);
  // A connection that is silent for so long counts as broken.
  absl::Duration longest_silence = absl::Seconds(75);
  // Told of each failed attempt, before the wait for the next one.
  std::function<void(const absl::Status& failure, absl::Duration wait)>
      on_retry;
};

// A watch that reconnects by itself with the token of the last message that the
// caller has processed. Until the server first answers it gives up after the
// attempts of the client's RetryPolicy; from then on it tries for as long as it
// takes. One thread may call Next(); the rest is thread-safe.
class Watch {
 public:
  // Connects with the first Next().
  Watch(const Client& client, const std::string& review_id,
        const WatchOptions& options);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Blocks until the next entry: the message has `entry` set. Calling it says
  // that the message before is processed.
  //
  // CANCELLED after Cancel(). DATA_LOSS: the review cannot be served any more,
  // or its log is not the one that is known.
  // Else as WatchService, for failures that trying again does not mend.
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
  // Takes a failure; OK if it is worth another attempt, which is then due.
  absl::Status WaitToRetry(const absl::Status& failure);
  v1::WatchRequest RequestFromToken() const;
  void SetToken(const std::string& token);
  bool IsCancelled() const;

  const Connection connection_;
  const std::unique_ptr<v1::WatchService::Stub> stub_;
  // Null: the log is not checked.
  const std::shared_ptr<LogTracker> tracker_;
  const v1::WatchRequest first_request_;
  const absl::Duration longest_silence_;
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
