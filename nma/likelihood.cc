#include "nma/likelihood.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/heterogeneity_moments.h"
#include "nma/least_squares.h"
#include "nma/root.h"
#include "nma/tau2_bounds.h"

namespace tidemark::nma {
namespace {

// Steps of log(smallest variance + tau2). The terms of the score are about 1
// wide on this scale, so two maxima cannot hide between neighbours.
constexpr double kGridStep = 0.2;

absl::Status NotFinite() {
  return absl::InvalidArgumentError(
      "the effects are so large, or their standard errors so small, that their "
      "likelihood is not finite; check the largest and the smallest numbers");
}

// From 0 to the bound, or {0} if there is nothing above 0 to search.
std::vector<double> Grid(double smallest_variance, double bound) {
  std::vector<double> grid = {0};
  for (int i = 1; grid.back() < bound; ++i) {
    grid.push_back(
        std::min(bound, smallest_variance * std::expm1(i * kGridStep)));
  }
  return grid;
}

// Where the likelihood has its local maxima, in increasing order.
absl::StatusOr<std::vector<double>> FallsOfTheScore(
    const FallibleFunction& score, const std::vector<double>& grid) {
  std::vector<double> maxima;
  Bracket step{0, 0, 0, 0};
  for (const double tau2 : grid) {
    step.high = tau2;
    ASSIGN_OR_RETURN(step.high_value, score(tau2));
    if (!std::isfinite(step.high_value)) return NotFinite();
    if (tau2 == 0 && step.high_value <= 0) maxima.push_back(0);
    if (step.low_value > 0 && step.high_value <= 0) {
      ASSIGN_OR_RETURN(const double maximum, RootWithin(score, step));
      maxima.push_back(maximum);
    }
    step.low = step.high;
    step.low_value = step.high_value;
  }
  // Only rounding can leave the score positive at the bound.
  if (step.low_value > 0) maxima.push_back(step.low);
  return maxima;
}

}  // namespace

absl::StatusOr<double> LogLikelihood(const ConnectedNetwork& network,
                                     LikelihoodKind kind, double tau2) {
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(network, tau2));
  double deviance = fit.log_determinant + fit.q;
  if (kind == LikelihoodKind::kRestricted) {
    deviance += fit.elimination.LogDeterminant();
  }
  return -0.5 * deviance;
}

absl::StatusOr<double> LikelihoodScore(const ConnectedNetwork& network,
                                       LikelihoodKind kind, double tau2) {
  ASSIGN_OR_RETURN(const HeterogeneityMoments moments,
                   MomentsAt(network, tau2));
  const double expected = kind == LikelihoodKind::kRestricted
                              ? moments.trace
                              : moments.weight_trace;
  return (moments.quadratic - expected) / 2;
}

absl::StatusOr<std::vector<LocalMaximum>> LocalMaxima(
    const ConnectedNetwork& network, LikelihoodKind kind) {
  ASSIGN_OR_RETURN(const double bound, StructureSumOfSquares(network));
  if (!std::isfinite(bound)) return NotFinite();
  ASSIGN_OR_RETURN(
      const std::vector<double> falls,
      FallsOfTheScore(
          [&](double tau2) { return LikelihoodScore(network, kind, tau2); },
          Grid(SmallestVariance(network), bound)));
  std::vector<LocalMaximum> maxima;
  for (const double tau2 : falls) {
    ASSIGN_OR_RETURN(const double log_likelihood,
                     LogLikelihood(network, kind, tau2));
    maxima.push_back({tau2, log_likelihood});
  }
  return maxima;
}

LocalMaximum GlobalMaximum(const std::vector<LocalMaximum>& maxima) {
  return *std::max_element(maxima.begin(), maxima.end(),
                           [](const LocalMaximum& a, const LocalMaximum& b) {
                             return a.log_likelihood < b.log_likelihood;
                           });
}

}  // namespace tidemark::nma
