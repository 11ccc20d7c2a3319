#include "nma/profile_likelihood.h"

#include <algorithm>
#include <cmath>

#include "base/status_macros.h"
#include "nma/normal.h"
#include "nma/root.h"
#include "nma/tau2_bounds.h"

namespace tidemark::nma {
namespace {

// Below `maximum`, where there is no other maximum above the threshold.
absl::StatusOr<double> LowerEnd(const FallibleFunction& excess,
                                double maximum) {
  if (maximum == 0) return 0.0;
  Bracket bracket{0, maximum, 0, 0};
  ASSIGN_OR_RETURN(bracket.low_value, excess(0));
  if (bracket.low_value >= 0) return 0.0;
  ASSIGN_OR_RETURN(bracket.high_value, excess(maximum));
  return RootWithin(excess, bracket);
}

}  // namespace

absl::StatusOr<std::optional<Interval>> ProfileLikelihoodInterval(
    const ConnectedNetwork& network, LikelihoodKind kind,
    const std::vector<LocalMaximum>& maxima, double level) {
  if (maxima.empty()) return std::nullopt;
  const double z = TwoSidedQuantile(level);  // z^2 is the chi-square quantile
  const double threshold = GlobalMaximum(maxima).log_likelihood - z * z / 2;
  const auto inside = [&](const LocalMaximum& maximum) {
    return maximum.log_likelihood >= threshold;
  };
  const FallibleFunction excess = [&](double tau2) -> absl::StatusOr<double> {
    ASSIGN_OR_RETURN(const double log_likelihood,
                     LogLikelihood(network, kind, tau2));
    return log_likelihood - threshold;
  };
  const double first = std::find_if(maxima.begin(), maxima.end(), inside)->tau2;
  const double last =
      std::find_if(maxima.rbegin(), maxima.rend(), inside)->tau2;
  Interval interval;
  ASSIGN_OR_RETURN(interval.lower, LowerEnd(excess, first));
  ASSIGN_OR_RETURN(
      interval.upper,
      RootAbove(excess, last, std::max(last, SmallestVariance(network))));
  if (!std::isfinite(interval.upper)) return std::nullopt;
  return interval;
}

}  // namespace tidemark::nma
