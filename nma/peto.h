// Peto's one-step log odds ratio for any number of arms.
#ifndef TIDEMARK_NMA_PETO_H_
#define TIDEMARK_NMA_PETO_H_

#include <vector>

#include "nma/arm_estimates.h"
#include "nma/study.h"

namespace tidemark::nma {

// With all margins fixed and no difference between arms, the events O_i are
// multivariate hypergeometric: with m events among N people
//   E_i = n_i m / N,
//   Cov(O) = c (N diag(n) - n n'),  c = m (N - m) / (N^2 (N - 1)).
// One step of the score from no difference gives V^-1 (O - E) over the arms
// but one (Yusuf et al. 1985 for two arms). V^-1 has the form of independent
// arms, variance[i] = 1 / (c N n_i) and value[i] = (O_i - E_i) variance[i],
// whichever arm is left out. For two arms the difference is (O - E) / V with
// V = n_1 n_2 m (N - m) / ((N - 1) N^2).
//
// On the log scale; no increment. Requires 0 < m < N and N > 1. O(k).
ArmEstimates PetoLogOdds(const std::vector<BinaryArm>& arms);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_PETO_H_
