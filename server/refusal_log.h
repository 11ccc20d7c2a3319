// Puts refused calls into the server's own log, so that neither they nor the
// disk under them can hold up anything else.
#ifndef TIDEMARK_SERVER_REFUSAL_LOG_H_
#define TIDEMARK_SERVER_REFUSAL_LOG_H_

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/thread_pool.hpp"
#include "server/refusal_tally.h"
#include "server/system_log.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {

// The first refusal after quiet is written at once; those that follow are
// counted and written together, one second after the entry before, then two,
// four ... 64 as long as calls keep being refused, and less again after as much
// quiet. So refused calls cost some 60 entries an hour, each of at most
// review::kMostRefusedCalls different calls.
//
// Thread-safe. The pool must be joined before it is destroyed.
class RefusalLog {
 public:
  using Clock = std::chrono::steady_clock;
  using Answer = std::function<void()>;

  // Both must outlive it.
  RefusalLog(SystemLog* log, boost::asio::thread_pool* pool)
      : log_(log), pool_(pool), timer_(*pool) {}

  // Counts a refused call, and calls `answer` once, here or on a thread of the
  // pool: when the call is in the log; at once if its entry is not due within a
  // second, kMostWaiting others wait, the log cannot be written or the server
  // stops. It is counted all the same, and written when that is possible again.
  // Never blocks. O(log calls).
  void Record(const v1::RefusedCall& call, Answer answer);

  // Writes what was counted by now and answers all who wait; from then on
  // nobody waits. Writes at most two entries; what is counted later, or cannot
  // be written now, is for another Flush, or lost.
  void Flush();

  static constexpr size_t kMostWaiting = 1000;

 private:
  void ShortenPause(Clock::time_point now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Writes if an entry is due, or sets the timer.
  void Schedule(Clock::time_point now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(Clock::time_point now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasUnwritten() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return unwritten_.has_value() || !tally_.empty();
  }
  void OnDue();
  void OnWritten(const absl::Status& status);

  SystemLog* const log_;
  boost::asio::thread_pool* const pool_;
  Mutex mutex_;
  CondVar changed_;
  RefusalTally tally_ ABSL_GUARDED_BY(mutex_);
  // Those whose calls the tally holds; those of the entry that is being
  // written.
  std::vector<Answer> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<Answer> answering_ ABSL_GUARDED_BY(mutex_);
  // The entry that is being written, or that could not be and will be again
  // under the same request id.
  std::optional<SystemEvent> unwritten_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  // Whether the last entry could not be written.
  bool failing_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // When the next entry may be written, and how long after it the one behind.
  Clock::time_point due_ ABSL_GUARDED_BY(mutex_);
  std::chrono::seconds pause_ ABSL_GUARDED_BY(mutex_) = std::chrono::seconds(1);
  boost::asio::steady_timer timer_ ABSL_GUARDED_BY(mutex_);
  bool timer_is_set_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REFUSAL_LOG_H_
