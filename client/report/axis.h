// The axis of effects, or of any other number.
#ifndef TIDEMARK_CLIENT_REPORT_AXIS_H_
#define TIDEMARK_CLIENT_REPORT_AXIS_H_

#include <string>
#include <vector>

namespace tidemark::report {

// Maps values to pixels, linearly; has ticks at round values.
class Axis {
 public:
  // What a tick says of its value.
  enum class Labels {
    kValue,  // the value
    kRatio,  // exp of the value: for ratios, which are on the log scale
  };
  struct Tick {
    double value;
    std::string label;
  };

  // Covers at least [low, high], both finite; wider by some percent, and never
  // empty. `from` and `to` are the pixels of its ends; `from` > `to` is an axis
  // that points up or left. At most `most_ticks` ticks, >= 2.
  Axis(double low, double high, double from, double to,
       Labels labels = Labels::kValue, int most_ticks = 7);

  // Also for values outside; those far away are drawn at twice the axis' length
  // at most.
  double At(double value) const;
  bool Covers(double value) const { return low_ <= value && value <= high_; }

  double low() const { return low_; }
  double high() const { return high_; }
  double from() const { return from_; }
  double to() const { return to_; }
  const std::vector<Tick>& ticks() const { return ticks_; }

 private:
  double low_;
  double high_;
  const double from_;
  const double to_;
  std::vector<Tick> ticks_;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_AXIS_H_
