#include "client/report/date_ticks.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace tidemark::report {
namespace {

constexpr double kDay = 86400;

absl::Time TimeOf(double seconds) {
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

// Every `step` units from a round one on: `Civil` is the unit.
template <typename Civil>
std::vector<Axis::Tick> CivilTicks(double low, double high, int64_t step,
                                   const char* format) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const Civil origin(1970);
  const Civil first(absl::ToCivilSecond(TimeOf(low), utc));
  const int64_t before = first - origin;
  Civil at = origin + (before - ((before % step) + step) % step);
  std::vector<Axis::Tick> ticks;
  for (;; at += step) {
    const absl::Time time = absl::FromCivil(absl::CivilSecond(at), utc);
    const double seconds = absl::ToDoubleSeconds(time - absl::UnixEpoch());
    if (seconds > high) return ticks;
    if (seconds < low) continue;
    ticks.push_back({seconds, absl::FormatTime(format, time, utc)});
  }
}

}  // namespace

std::vector<Axis::Tick> DateTicks(double low, double high, int most) {
  const double least = (high - low) / most;  // of a step
  for (const int step : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800}) {
    if (step > least) {
      return CivilTicks<absl::CivilSecond>(low, high, step, "%H:%M:%S");
    }
  }
  for (const int step : {1, 2, 3, 6, 12}) {
    if (step * 3600 > least) {
      return CivilTicks<absl::CivilHour>(low, high, step, "%m-%d %H:%M");
    }
  }
  for (const int step : {1, 2, 7, 14}) {
    if (step * kDay > least) {
      return CivilTicks<absl::CivilDay>(low, high, step, "%Y-%m-%d");
    }
  }
  // No month is shorter than 28 days, no year than 365.
  for (const int step : {1, 2, 3, 6}) {
    if (step * 28 * kDay > least) {
      return CivilTicks<absl::CivilMonth>(low, high, step, "%Y-%m");
    }
  }
  int64_t years = 1;
  while (static_cast<double>(years) * 365 * kDay <= least) years *= 2;
  return CivilTicks<absl::CivilYear>(low, high, years, "%Y");
}

}  // namespace tidemark::report
