// Restricted maximum likelihood for tau^2.
#ifndef TIDEMARK_NMA_RESTRICTED_LIKELIHOOD_H_
#define TIDEMARK_NMA_RESTRICTED_LIKELIHOOD_H_

#include "absl/status/statusor.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// Log restricted likelihood of tau2, up to a constant:
//   -1/2 [sum log det(V + tau2 V0) + log det(L) + Q]
// (Harville 1977; Jackson, White & Riley 2013).
absl::StatusOr<double> RestrictedLogLikelihood(const ConnectedNetwork& network,
                                               double tau2);

// Its derivative, (y' P V0 P y - tr(P V0)) / 2.
absl::StatusOr<double> RestrictedScore(const ConnectedNetwork& network,
                                       double tau2);

// The tau^2 >= 0 where the restricted likelihood has its global maximum; 0 if
// df is 0.
//
// With mu_j the variances and u_j the residual coordinates that diagonalise
// the residual space against V0, the score is
// 1/2 sum [u_j^2 / (mu_j + t)^2 - 1 / (mu_j + t)]. So it is negative beyond
// t = sum u_j^2, the residual sum of squares with weights V0^-1, and varies
// with log(mu_j + t) only. A grid even in log(smallest variance + t) up to that
// bound brackets every maximum; each is refined to full precision and their
// likelihoods compared. There is no iteration that could fail to converge.
// FailedPrecondition as in Elimination.
// O((sum k^3 + nodes^3) log(bound / smallest variance)).
absl::StatusOr<double> RestrictedMaximumLikelihoodTau2(
    const ConnectedNetwork& network);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RESTRICTED_LIKELIHOOD_H_
