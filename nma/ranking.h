// Ranking the treatments of a connected network.
#ifndef TIDEMARK_NMA_RANKING_H_
#define TIDEMARK_NMA_RANKING_H_

#include "Eigen/Core"

namespace tidemark::nma {

// P-scores: of each of n treatments, the mean over the others of the certainty
//   Phi((a_ij - delta) / se_ij)
// that it is better by more than delta, where the advantage a_ij of i over j is
// theta_j - theta_i if small values are desirable, and its negative otherwise
// (Ruecker & Schwarzer 2015, eq. 4-5; delta > 0: Mavridis et al. 2020).
// Their mean is 1/2 for delta = 0 and below it for delta > 0, where a pair may
// differ by less than delta in both directions.
//
// `effects` (n) are versus any one reference; `pair_variances` (n x n) are
// Var(theta_i - theta_j), positive off the diagonal;
// `minimal_important_difference` is delta >= 0 on the scale of `effects`.
// Requires n >= 2 and finite numbers. O(n^2).
Eigen::VectorXd PScores(const Eigen::VectorXd& effects,
                        const Eigen::MatrixXd& pair_variances,
                        bool small_values_desirable,
                        double minimal_important_difference = 0);

// The expected rank of each of n treatments, 1 the best, without simulation:
// 1 + sum over the others of P(the other is better) = n - (n - 1) P.
// Requires P-scores with delta = 0. O(n).
Eigen::VectorXd MeanRanks(const Eigen::VectorXd& p_scores);

// Precision of treatment hierarchy: the variance of the scores over the largest
// it can be, (n + 1) / (12 (n - 1)) for the scores 0, 1/(n-1), ..., 1. From 0,
// no treatment differs from another, to 1, the hierarchy is certain
// (Wigle et al. 2025):
//   3 [(1 - n)/(n + 1) + 4 (n - 1)/(n (n + 1)) sum P_i^2].
// Requires n >= 2 P-scores with delta = 0. O(n).
double Poth(const Eigen::VectorXd& p_scores);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RANKING_H_
