#include "base/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace tidemark {
namespace {

class MachineClock final : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
};

}  // namespace

Clock* SystemClock() {
  static Clock* const clock = new MachineClock;
  return clock;
}

}  // namespace tidemark
