// The joint distribution of a network's effects, from the variances of pairs.
#ifndef TIDEMARK_NMA_PAIR_VARIANCE_FACTOR_H_
#define TIDEMARK_NMA_PAIR_VARIANCE_FACTOR_H_

#include "Eigen/Core"

namespace tidemark::nma {

// An n x (n - 1) matrix F whose rows are as far apart as the effects:
// |F_i - F_j|^2 = R_ij. So for standard normal z, the differences within F z
// are distributed jointly as those of the estimation errors. F_0 = 0.
//
// `pair_variances` is R (n x n, symmetric, 0 on the diagonal), with
// R_ij = Var(theta_i - theta_j) finite and, for i != j, positive.
//
// Versus one reference b, Cov(theta_i, theta_j) = (R_ib + R_jb - R_ij) / 2
// loses the digits of a small R_ij if b is far from both. So the differences
// along the edges of a minimum spanning tree of R are factored instead, scaled
// to unit variance: no pair is a sum of edges with a larger variance than its
// own, so every R_ij is reproduced to a small multiple of
// epsilon * sqrt(largest R / R_ij). Pivots that are rounding noise count as 0:
// any R has a factor.
// Requires n >= 2. O(n^3).
Eigen::MatrixXd FactorPairVariances(const Eigen::MatrixXd& pair_variances);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_PAIR_VARIANCE_FACTOR_H_
