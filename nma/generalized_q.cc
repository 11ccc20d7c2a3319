#include "nma/generalized_q.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/status_macros.h"
#include "nma/chi_square.h"
#include "nma/root.h"

namespace tidemark::nma {
namespace {

// Relative to mu_j + tau2. Newton's method squares errors: after such a step
// only rounding is left.
constexpr double kLastStep = 1e-8;

}  // namespace

absl::StatusOr<double> Tau2OfQ(const Tau2Model& model, double q, double start) {
  double tau2 = start;
  Bracket bracket{-1, 0, 0, 0};  // low: the last point left of the root
  while (std::isfinite(tau2)) {
    ASSIGN_OR_RETURN(const Tau2Fit fit, model.FitAt(tau2));
    const double excess = 1 - q / fit.q;
    const double scale = fit.q / fit.quadratic;  // a mean of mu_j + tau2
    const double step = scale * (fit.q / q) * excess;
    if (std::abs(step) <= kLastStep * scale) return std::max(0.0, tau2 + step);
    if (fit.q > q) {
      bracket.low = tau2;
      bracket.low_value = excess;
      tau2 += step;
    } else if (tau2 == 0) {
      return 0.0;
    } else if (bracket.low < 0) {
      tau2 = step > -tau2 ? tau2 + step : 0;
    } else {  // rounding, perhaps of a slope without digits
      bracket.high = tau2;
      bracket.high_value = excess;
      return RootWithin(
          [&](double t) -> absl::StatusOr<double> {
            ASSIGN_OR_RETURN(const Tau2Fit at, model.FitAt(t));
            return 1 - q / at.q;
          },
          bracket);
    }
  }
  return tau2;
}

absl::StatusOr<double> PauleMandelTau2(const Tau2Model& model, double start) {
  const int df = model.degrees_of_freedom();
  if (df == 0) return 0.0;
  return Tau2OfQ(model, df, start);
}

absl::StatusOr<std::optional<Interval>> QProfileInterval(const Tau2Model& model,
                                                         double level,
                                                         Interval start) {
  const int df = model.degrees_of_freedom();
  if (df == 0) return std::nullopt;
  const double tail = (1 - level) / 2;
  const double least = ChiSquareLowerQuantile(tail, df);
  ASSIGN_OR_RETURN(const Tau2Fit common, model.FitAt(/*tau2=*/0));
  if (common.q < least) return std::nullopt;
  Interval interval;
  ASSIGN_OR_RETURN(
      interval.lower,
      Tau2OfQ(model, ChiSquareUpperQuantile(tail, df), start.lower));
  ASSIGN_OR_RETURN(
      interval.upper,
      Tau2OfQ(model, least, std::max(start.upper, interval.lower)));
  if (!std::isfinite(interval.upper)) return std::nullopt;
  return interval;
}

}  // namespace tidemark::nma
