#include "nma/heterogeneity.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "boost/math/special_functions/gamma.hpp"
#include "nma/least_squares.h"
#include "nma/no_throw_policy.h"
#include "nma/restricted_likelihood.h"

namespace tidemark::nma {
namespace {

// The upper tail itself, so that small values keep their digits.
double ChiSquareTail(double value, int df) {
  return boost::math::gamma_q(df / 2.0, value / 2, NoThrowPolicy());
}

absl::StatusOr<double> EstimateTau2(const ConnectedNetwork& network,
                                    Tau2Method method) {
  return method == Tau2Method::kDerSimonianLaird
             ? DerSimonianLairdTau2(network)
             : RestrictedMaximumLikelihoodTau2(network);
}

}  // namespace

absl::StatusOr<double> DerSimonianLairdTau2(const ConnectedNetwork& network) {
  const int df = DegreesOfFreedom(network);
  if (df == 0) return 0.0;
  ASSIGN_OR_RETURN(const HeterogeneityMoments moments, MomentsAt(network, 0));
  return std::max(0.0, (moments.q - df) / moments.trace);
}

Heterogeneity HeterogeneityOfQ(double q, int df) {
  Heterogeneity heterogeneity;
  if (df == 0) return heterogeneity;
  heterogeneity.q = q;
  heterogeneity.df = df;
  heterogeneity.p_q = ChiSquareTail(q, df);
  if (q > df) heterogeneity.i2 = (q - df) / q;
  return heterogeneity;
}

absl::StatusOr<Heterogeneity> EstimateHeterogeneity(
    const ConnectedNetwork& network, Tau2Method method) {
  const int df = DegreesOfFreedom(network);
  if (df == 0) return Heterogeneity{};
  ASSIGN_OR_RETURN(const LeastSquaresFit common,
                   FitLeastSquares(network, /*tau2=*/0));
  if (!std::isfinite(common.q)) {
    // Finite effects can be too large to be squared.
    return absl::InvalidArgumentError(
        "the effects are so large, or their standard errors so small, that Q "
        "is not finite; check the largest and the smallest numbers");
  }
  Heterogeneity heterogeneity = HeterogeneityOfQ(common.q, df);
  ASSIGN_OR_RETURN(heterogeneity.tau2, EstimateTau2(network, method));
  return heterogeneity;
}

}  // namespace tidemark::nma
