#include "client/retry.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace tidemark::client {

bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

Backoff::Backoff(const RetryPolicy& policy)
    : policy_(policy), step_(policy.initial_backoff) {}

absl::Duration Backoff::Next() {
  const absl::Duration wait = step_ * absl::Uniform(random_, 0.5, 1.0);
  step_ = std::min(step_ * 2, policy_.max_backoff);
  return wait;
}

void Backoff::Reset() { step_ = policy_.initial_backoff; }

}  // namespace tidemark::client
