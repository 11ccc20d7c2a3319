// Sees that the logs of reviews say which steps of living mode are overdue.
#ifndef TIDEMARK_SERVER_OVERDUE_WATCH_H_
#define TIDEMARK_SERVER_OVERDUE_WATCH_H_

#include <chrono>
#include <future>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/thread_pool.hpp"
#include "server/review_registry.h"

namespace tidemark::server {

// It looks at every review that can be served when the server starts, and then
// every `interval`, rather than when the next step is due: so it need not know
// of new schedules and runs, of a clock that was set, a machine that slept or a
// disk that was full, and what could not be written is written at one of the
// next looks. A look at a review with nothing to report reads its state in
// memory: O(runs + schedules).
class OverdueWatch {
 public:
  // All must outlive it, and the pool must be joined before it goes.
  OverdueWatch(ReviewRegistry* registry, boost::asio::thread_pool* pool,
               Clock* clock, std::chrono::milliseconds interval)
      : registry_(registry),
        clock_(clock),
        interval_(interval),
        timer_(pool->get_executor()) {}

  // Reports what is overdue and waits until that is durable, or cannot be
  // written; then goes on by itself. Not on a thread of the pool. Call once.
  void Start();

  // No look begins after it. Repeats do no harm.
  void Stop();

 private:
  // Each is ready once the answer of a review that has something to report is
  // there.
  std::vector<std::future<void>> Look();
  void Wait() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ReviewRegistry* const registry_;
  Clock* const clock_;
  const std::chrono::milliseconds interval_;
  Mutex mutex_;
  boost::asio::steady_timer timer_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_OVERDUE_WATCH_H_
