#include "nma/profile_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/status_macros.h"
#include "nma/normal.h"
#include "nma/root.h"

namespace tidemark::nma {
namespace {

// The signed root of the deviance less its limit, a function that is almost a
// straight line on both sides of the maximum: negative inside the interval.
class SignedRoot {
 public:
  SignedRoot(const Tau2Model& model, LikelihoodKind kind, double highest,
             double limit)
      : model_(model), kind_(kind), highest_(highest), limit_(limit) {}

  double limit() const { return limit_; }
  // What RootBySecants calls so.
  double origin() const { return -model_.smallest_variance(); }

  absl::StatusOr<double> operator()(double tau2) const {
    ASSIGN_OR_RETURN(const double log_likelihood,
                     LogLikelihood(model_, kind_, tau2));
    return std::sqrt(2 * std::max(0.0, highest_ - log_likelihood)) - limit_;
  }

 private:
  const Tau2Model& model_;
  const LikelihoodKind kind_;
  const double highest_;
  const double limit_;
};

// The end near `start`, on the side of `maximum` where `side` is; none if it is
// not found that way.
absl::StatusOr<std::optional<double>> EndNear(const SignedRoot& outside,
                                              double maximum, double start,
                                              const Interval& side) {
  if (!(start > side.lower && start < side.upper)) return std::nullopt;
  ASSIGN_OR_RETURN(const double value, outside(start));
  // From the maximum, where the signed root is minus its limit.
  const double slope = (value + outside.limit()) / (start - maximum);
  if (slope == 0) return std::nullopt;
  return RootBySecants(outside, start, value, slope, outside.origin(), side);
}

// Below `maximum`, where there is no other maximum above the threshold.
absl::StatusOr<double> LowerEnd(const SignedRoot& outside, double maximum,
                                double start) {
  if (maximum == 0) return 0.0;
  Bracket bracket{0, maximum, 0, -outside.limit()};
  ASSIGN_OR_RETURN(bracket.low_value, outside(0));
  if (bracket.low_value <= 0) return 0.0;
  ASSIGN_OR_RETURN(const std::optional<double> near,
                   EndNear(outside, maximum, start, {0, maximum}));
  if (near.has_value()) return *near;
  return RootWithin(outside, bracket);
}

// Above `maximum`, if need be in steps that double.
absl::StatusOr<double> UpperEnd(const SignedRoot& outside, double maximum,
                                double start, double step) {
  ASSIGN_OR_RETURN(const std::optional<double> near,
                   EndNear(outside, maximum, start,
                           {maximum, std::numeric_limits<double>::infinity()}));
  if (near.has_value()) return *near;
  return RootAbove(
      [&](double tau2) -> absl::StatusOr<double> {
        ASSIGN_OR_RETURN(const double value, outside(tau2));
        return -value;
      },
      maximum, step);
}

}  // namespace

absl::StatusOr<std::optional<Interval>> ProfileLikelihoodInterval(
    const Tau2Model& model, LikelihoodKind kind,
    const std::vector<LocalMaximum>& maxima, double level, Interval start) {
  if (maxima.empty()) return std::nullopt;
  const double z = TwoSidedQuantile(level);  // z^2 is the chi-square quantile
  const double highest = GlobalMaximum(maxima).log_likelihood;
  const auto inside = [&](const LocalMaximum& maximum) {
    return maximum.log_likelihood >= highest - z * z / 2;
  };
  const SignedRoot outside(model, kind, highest, z);
  const double first = std::find_if(maxima.begin(), maxima.end(), inside)->tau2;
  const double last =
      std::find_if(maxima.rbegin(), maxima.rend(), inside)->tau2;
  Interval interval;
  ASSIGN_OR_RETURN(interval.lower, LowerEnd(outside, first, start.lower));
  const double typical = model.mean_variance();
  ASSIGN_OR_RETURN(interval.upper,
                   UpperEnd(outside, last, start.upper, last + typical));
  if (!std::isfinite(interval.upper)) return std::nullopt;
  return interval;
}

}  // namespace tidemark::nma
