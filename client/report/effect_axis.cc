#include "client/report/effect_axis.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "client/report/page.h"
#include "client/report/palette.h"

namespace tidemark::report {
namespace {

// Of the axis beyond an effect, in median widths of intervals.
constexpr double kReach = 1.5;
constexpr double kTickSize = 9;

double MedianWidth(absl::Span<const EffectInterval> effects) {
  std::vector<double> widths;
  for (const EffectInterval& of : effects) {
    if (of.upper > of.lower) widths.push_back(of.upper - of.lower);
  }
  if (widths.empty()) return 0;
  const auto middle = widths.begin() + (widths.size() - 1) / 2;
  std::nth_element(widths.begin(), middle, widths.end());
  return *middle;
}

// Points away from the axis at x.
void DrawArrow(double x, double y, double direction, const Stroke& stroke,
               Drawing* drawing) {
  const double back = x - 6 * direction;
  drawing->Polygon({{x, y}, {back, y - 3.5}, {back, y + 3.5}}, stroke.color);
}

}  // namespace

EffectInterval IntervalOf(const v1::RelativeEffect& effect) {
  const double value = effect.effect();
  return {value, effect.has_lower() ? effect.lower() : value,
          effect.has_upper() ? effect.upper() : value};
}

Axis EffectAxis(absl::Span<const EffectInterval> effects,
                absl::Span<const double> marks, bool ratio, double from,
                double to, int most_ticks) {
  const double reach = kReach * MedianWidth(effects);
  double low = 0;
  double high = 0;
  for (const EffectInterval& of : effects) {
    low = std::min(low, std::max(of.lower, of.effect - reach));
    high = std::max(high, std::min(of.upper, of.effect + reach));
  }
  for (const double mark : marks) {
    low = std::min(low, -std::abs(mark));
    high = std::max(high, std::abs(mark));
  }
  // Nothing but no difference: some room on both sides.
  if (low == high) {
    low = -1;
    high = 1;
  }
  return Axis(low, high, from, to,
              ratio ? Axis::Labels::kRatio : Axis::Labels::kValue, most_ticks);
}

void DrawInterval(const EffectInterval& interval, const Axis& axis, double y,
                  const Stroke& stroke, Drawing* drawing) {
  const double left = axis.At(std::max(interval.lower, axis.low()));
  const double right = axis.At(std::min(interval.upper, axis.high()));
  drawing->Line({left, y}, {right, y}, stroke);
  if (interval.lower < axis.low()) DrawArrow(left, y, -1, stroke, drawing);
  if (interval.upper > axis.high()) DrawArrow(right, y, 1, stroke, drawing);
}

double DrawAxisBelow(const Axis& axis, double y, Drawing* drawing) {
  const Stroke grey = {kAxisGrey};
  drawing->Line({axis.from(), y}, {axis.to(), y}, grey);
  for (const Axis::Tick& tick : axis.ticks()) {
    const double x = axis.At(tick.value);
    drawing->Line({x, y}, {x, y + 4}, grey);
    drawing->Text({x, y + 6 + kTickSize}, tick.label,
                  {kTickSize, Anchor::kMiddle});
  }
  return y + 6 + LineHeight(kTickSize);
}

Directions DirectionsOf(const std::string& first, const std::string& second,
                        bool small_values_desirable) {
  return {absl::StrCat("favours ", small_values_desirable ? first : second),
          absl::StrCat("favours ", small_values_desirable ? second : first)};
}

double DrawDirections(const Directions& directions, double x, double top,
                      Drawing* drawing) {
  constexpr double kGap = 8;
  constexpr double kSize = 10;
  const double below = DrawWrapped({kPageMargin, top}, x - kGap - kPageMargin,
                                   absl::StrCat("← ", directions.below),
                                   {kSize, Anchor::kEnd}, drawing);
  return std::max(
      below,
      DrawWrapped({x + kGap, top}, kPageWidth - kPageMargin - x - kGap,
                  absl::StrCat(directions.above, " →"), {kSize}, drawing));
}

}  // namespace tidemark::report
