#include "client/report/axis.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tidemark::report {
namespace {

constexpr double kMargin = 0.04;

// 1, 2 or 5 times a power of ten: the smallest that is at least `step`.
double RoundStep(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// With no more digits than the step has.
std::string StepLabel(double value, double step) {
  const double scale =
      std::pow(10, std::max(0.0, -std::floor(std::log10(step))));
  const double rounded = std::round(value * scale) / scale;
  return absl::StrCat(rounded == 0 ? 0 : rounded);
}

std::vector<Axis::Tick> ValueTicks(double low, double high, int most) {
  std::vector<Axis::Tick> ticks;
  const double step = RoundStep((high - low) / (most - 1));
  for (double n = std::ceil(low / step); n * step <= high; ++n) {
    ticks.push_back({n * step, StepLabel(n * step, step)});
  }
  return ticks;
}

// Ratios at powers of 10, or with 2 and 5 between them, as room allows.
std::vector<Axis::Tick> RatioTicks(double low, double high, int most) {
  const double decades = (high - low) / std::log(10);
  if (decades < 0.5) {
    std::vector<Axis::Tick> ticks;
    for (const Axis::Tick& tick :
         ValueTicks(std::exp(low), std::exp(high), most)) {
      if (tick.value > 0) ticks.push_back({std::log(tick.value), tick.label});
    }
    return ticks;
  }
  const bool between = 3 * decades + 1 <= most;
  const int every =
      between ? 1
              : std::max(1, static_cast<int>(std::ceil(decades / (most - 1))));
  std::vector<Axis::Tick> ticks;
  const int first = static_cast<int>(std::floor(low / std::log(10)));
  const int last = static_cast<int>(std::ceil(high / std::log(10)));
  for (int power = first; power <= last; ++power) {
    if (power % every != 0) continue;
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1 && !between) continue;
      const double ratio = factor * std::pow(10, power);
      const double value = std::log(ratio);
      if (value < low || value > high) continue;
      ticks.push_back({value, absl::StrCat(ratio)});
    }
  }
  return ticks;
}

}  // namespace

Axis::Axis(double low, double high, double from, double to, Labels labels,
           int most_ticks)
    : from_(from), to_(to) {
  const double width = high - low;
  const double around =
      width > 0 ? kMargin * width : std::max(1e-6, 0.1 * std::abs(low));
  low_ = low - around;
  high_ = high + around;
  ticks_ = labels == Labels::kRatio ? RatioTicks(low_, high_, most_ticks)
                                    : ValueTicks(low_, high_, most_ticks);
}

double Axis::At(double value) const {
  const double share = (value - low_) / (high_ - low_);
  return from_ + std::clamp(share, -2.0, 3.0) * (to_ - from_);
}

}  // namespace tidemark::report
