// Effects of a comparison along an axis, first minus second.
#ifndef TIDEMARK_CLIENT_REPORT_EFFECT_AXIS_H_
#define TIDEMARK_CLIENT_REPORT_EFFECT_AXIS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "client/report/axis.h"
#include "client/report/drawing.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// On the analysis scale. Where there is no interval, both ends are the effect.
struct EffectInterval {
  double effect = 0;
  double lower = 0;
  double upper = 0;
};

EffectInterval IntervalOf(const v1::RelativeEffect& effect);

// Covers all effects, no difference, the marks on both sides of it, and the
// intervals as far as they reach no further than one and a half of their median
// width from their effects: one huge interval does not hide the others.
Axis EffectAxis(absl::Span<const EffectInterval> effects,
                absl::Span<const double> marks, bool ratio, double from,
                double to, int most_ticks);

// A horizontal line from end to end, with an arrow at an end that is beyond the
// axis.
void DrawInterval(const EffectInterval& interval, const Axis& axis, double y,
                  const Stroke& stroke, Drawing* drawing);

// A line below a plot with ticks and their labels. Returns the y below them.
double DrawAxisBelow(const Axis& axis, double y, Drawing* drawing);

// What effects below and above no difference say: `favours A`.
struct Directions {
  std::string below;
  std::string above;
};
Directions DirectionsOf(const std::string& first, const std::string& second,
                        bool small_values_desirable);

// With arrows, on their sides of `x`. Returns the y below them.
double DrawDirections(const Directions& directions, double x, double top,
                      Drawing* drawing);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_EFFECT_AXIS_H_
