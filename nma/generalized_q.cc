#include "nma/generalized_q.h"

#include <cmath>
#include <limits>

#include "base/status_macros.h"
#include "nma/chi_square.h"
#include "nma/least_squares.h"
#include "nma/root.h"
#include "nma/tau2_bounds.h"

namespace tidemark::nma {
namespace {

absl::StatusOr<double> QAt(const ConnectedNetwork& network, double tau2) {
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(network, tau2));
  return fit.q;
}

}  // namespace

absl::StatusOr<double> Tau2OfQ(const ConnectedNetwork& network, double q) {
  const auto excess = [&](double tau2) -> absl::StatusOr<double> {
    ASSIGN_OR_RETURN(const double at, QAt(network, tau2));
    return at - q;
  };
  Bracket bracket{0, 0, 0, 0};
  ASSIGN_OR_RETURN(bracket.low_value, excess(0));
  if (bracket.low_value <= 0) return 0.0;
  ASSIGN_OR_RETURN(const double squares, StructureSumOfSquares(network));
  bracket.high = squares / q;
  if (!std::isfinite(bracket.high)) {
    return std::numeric_limits<double>::infinity();
  }
  ASSIGN_OR_RETURN(bracket.high_value, excess(bracket.high));
  return RootWithin(excess, bracket);
}

absl::StatusOr<double> PauleMandelTau2(const ConnectedNetwork& network) {
  const int df = DegreesOfFreedom(network);
  if (df == 0) return 0.0;
  return Tau2OfQ(network, df);
}

absl::StatusOr<std::optional<Interval>> QProfileInterval(
    const ConnectedNetwork& network, double level) {
  const int df = DegreesOfFreedom(network);
  if (df == 0) return std::nullopt;
  const double tail = (1 - level) / 2;
  const double least = ChiSquareLowerQuantile(tail, df);
  ASSIGN_OR_RETURN(const double q, QAt(network, /*tau2=*/0));
  if (q < least) return std::nullopt;
  Interval interval;
  ASSIGN_OR_RETURN(interval.lower,
                   Tau2OfQ(network, ChiSquareUpperQuantile(tail, df)));
  ASSIGN_OR_RETURN(interval.upper, Tau2OfQ(network, least));
  if (!std::isfinite(interval.upper)) return std::nullopt;
  return interval;
}

}  // namespace tidemark::nma
