// Full and restricted maximum likelihood for tau^2.
#ifndef TIDEMARK_NMA_LIKELIHOOD_H_
#define TIDEMARK_NMA_LIKELIHOOD_H_

#include <vector>

#include "absl/status/statusor.h"
#include "nma/study_block.h"

namespace tidemark::nma {

enum class LikelihoodKind { kFull, kRestricted };

// Log likelihood of tau2 with theta at its estimate for that tau2, up to a
// constant:
//   full:       -1/2 [sum log det(V + tau2 V0) + Q]
//   restricted: -1/2 [sum log det(V + tau2 V0) + log det(L) + Q]
// (Harville 1977; Jackson, White & Riley 2013).
absl::StatusOr<double> LogLikelihood(const ConnectedNetwork& network,
                                     LikelihoodKind kind, double tau2);

// Its derivative:
//   full:       (y' P V0 P y - tr(W V0)) / 2
//   restricted: (y' P V0 P y - tr(P V0)) / 2
absl::StatusOr<double> LikelihoodScore(const ConnectedNetwork& network,
                                       LikelihoodKind kind, double tau2);

struct LocalMaximum {
  double tau2;
  double log_likelihood;
};

// Every local maximum in tau^2 >= 0, in increasing order of tau^2; 0 is one if
// the score is not positive there. Not empty. Requires degrees of freedom.
//
// With mu_j the variances and u_j the residual coordinates that diagonalise
// the residual space against V0, the restricted score is
// 1/2 sum [u_j^2 / (mu_j + t)^2 - 1 / (mu_j + t)], and the full one has the
// larger tr(W V0) = sum 1 / (lambda_i + t) of all effects in its second term.
// So both are negative beyond t = sum u_j^2, the residual sum of squares with
// weights V0^-1, and vary with the logarithms of mu_j + t and lambda_i + t
// only. A grid even in log(SmallestVariance + t) up to that bound brackets
// every maximum; each is refined to full precision. There is no iteration that
// could fail to converge.
//
// InvalidArgument: the score or the bound is not finite. FailedPrecondition as
// in Elimination. O((sum k^3 + nodes^3) log(bound / smallest variance)).
absl::StatusOr<std::vector<LocalMaximum>> LocalMaxima(
    const ConnectedNetwork& network, LikelihoodKind kind);

// The highest; the smallest tau^2 of equally high ones. Requires maxima.
LocalMaximum GlobalMaximum(const std::vector<LocalMaximum>& maxima);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIKELIHOOD_H_
