#include "nma/restricted_likelihood.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "boost/math/tools/toms748_solve.hpp"
#include "nma/least_squares.h"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {
namespace {

// Steps of log(smallest variance + tau2). The terms of the score are about 1
// wide on this scale, so two maxima cannot hide between neighbours.
constexpr double kGridStep = 0.2;
constexpr int kRootBits = std::numeric_limits<double>::digits;
constexpr std::uintmax_t kMaxRootEvaluations = 200;  // bisection needs < 110

// Where the score crosses 0 from above: it is positive at `low`.
struct Bracket {
  double low, high;
  double low_score, high_score;
};

absl::StatusOr<double> RefineMaximum(const ConnectedNetwork& network,
                                     const Bracket& bracket) {
  if (bracket.high_score == 0) return bracket.high;
  absl::Status status;
  const auto score = [&](double tau2) {
    const absl::StatusOr<double> value = RestrictedScore(network, tau2);
    status.Update(value.status());
    return value.ok() ? *value : 0.0;  // 0 ends the search
  };
  std::uintmax_t evaluations = kMaxRootEvaluations;
  const std::pair<double, double> root = boost::math::tools::toms748_solve(
      score, bracket.low, bracket.high, bracket.low_score, bracket.high_score,
      boost::math::tools::eps_tolerance<double>(kRootBits), evaluations,
      NoThrowPolicy());
  RETURN_IF_ERROR(status);
  return root.first + (root.second - root.first) / 2;
}

// Residual sum of squares with weights V0^-1.
absl::StatusOr<double> UpperBound(const ConnectedNetwork& network) {
  ConnectedNetwork unit = network;
  for (StudyBlock& block : unit.blocks) {
    block.covariance = HeterogeneityStructure(block.effects.size());
  }
  ASSIGN_OR_RETURN(const LeastSquaresFit fit,
                   FitLeastSquares(unit, /*tau2=*/0));
  return fit.q;
}

// At most the smallest eigenvalue of any V relative to V0.
double SmallestVariance(const ConnectedNetwork& network) {
  double largest = 0;
  for (const StudyBlock& block : network.blocks) {
    largest = std::max(largest,
                       TraceTimesStructure(WeightAt(block, /*tau2=*/0).weight));
  }
  return 1 / largest;
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

// All local maxima, in increasing order.
absl::StatusOr<std::vector<double>> LocalMaxima(
    const ConnectedNetwork& network, const std::vector<double>& grid) {
  std::vector<double> maxima;
  double low = 0;
  double low_score = 0;
  for (const double high : grid) {
    ASSIGN_OR_RETURN(const double high_score, RestrictedScore(network, high));
    if (high == 0 && high_score <= 0) maxima.push_back(0);
    if (low_score > 0 && high_score <= 0) {
      ASSIGN_OR_RETURN(
          const double maximum,
          RefineMaximum(network, {low, high, low_score, high_score}));
      maxima.push_back(maximum);
    }
    low = high;
    low_score = high_score;
  }
  // Only rounding can leave the score positive at the bound.
  if (low_score > 0) maxima.push_back(low);
  return maxima;
}

absl::StatusOr<double> MostLikely(const ConnectedNetwork& network,
                                  const std::vector<double>& maxima) {
  double best = maxima.front();
  if (maxima.size() == 1) return best;
  double best_likelihood = -std::numeric_limits<double>::infinity();
  for (const double tau2 : maxima) {
    ASSIGN_OR_RETURN(const double likelihood,
                     RestrictedLogLikelihood(network, tau2));
    if (likelihood > best_likelihood) {
      best = tau2;
      best_likelihood = likelihood;
    }
  }
  return best;
}

}  // namespace

absl::StatusOr<double> RestrictedLogLikelihood(const ConnectedNetwork& network,
                                               double tau2) {
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(network, tau2));
  return -0.5 *
         (fit.log_determinant + fit.elimination.LogDeterminant() + fit.q);
}

absl::StatusOr<double> RestrictedScore(const ConnectedNetwork& network,
                                       double tau2) {
  ASSIGN_OR_RETURN(const HeterogeneityMoments moments,
                   MomentsAt(network, tau2));
  return (moments.quadratic - moments.trace) / 2;
}

absl::StatusOr<double> RestrictedMaximumLikelihoodTau2(
    const ConnectedNetwork& network) {
  if (DegreesOfFreedom(network) == 0) return 0.0;
  ASSIGN_OR_RETURN(const double bound, UpperBound(network));
  ASSIGN_OR_RETURN(
      const std::vector<double> maxima,
      LocalMaxima(network, Grid(SmallestVariance(network), bound)));
  return MostLikely(network, maxima);
}

}  // namespace tidemark::nma
