// The time of day, so that tests can choose it.
#ifndef TIDEMARK_BASE_CLOCK_H_
#define TIDEMARK_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace tidemark {

class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time, UTC. Thread-safe.
  virtual absl::Time Now() = 0;
};

// The machine's clock; never destroyed.
Clock* SystemClock();

}  // namespace tidemark

#endif  // TIDEMARK_BASE_CLOCK_H_
