// When to try again, and how long to wait before.
#ifndef TIDEMARK_CLIENT_RETRY_H_
#define TIDEMARK_CLIENT_RETRY_H_

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace tidemark::client {

struct RetryPolicy {
  // Attempts in all, >= 1.
  int max_attempts = 4;
  // Wait before the second attempt; doubles with each further one.
  absl::Duration initial_backoff = absl::Milliseconds(200);
  // Longest wait.
  absl::Duration max_backoff = absl::Seconds(5);
  // Deadline of each attempt.
  absl::Duration attempt_timeout = absl::Seconds(30);
};

// Whether the same call may succeed later: UNAVAILABLE, DEADLINE_EXCEEDED.
bool IsTransient(const absl::Status& status);

// The waits between attempts. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy);

  // The next wait: between half of the current step and all of it, so that
  // clients that failed together do not come back together.
  absl::Duration Next();

  // Starts again with the first wait.
  void Reset();

 private:
  const RetryPolicy policy_;
  absl::Duration step_;
  absl::BitGen random_;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_RETRY_H_
