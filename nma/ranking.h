// Ranking the treatments of a connected network.
#ifndef TIDEMARK_NMA_RANKING_H_
#define TIDEMARK_NMA_RANKING_H_

#include "Eigen/Core"

namespace tidemark::nma {

// P-scores: of each treatment, the mean over the others of the certainty
// Phi((theta_j - theta_i) / se_ij) that it is better (Ruecker & Schwarzer 2015,
// eq. 4-5); that order if small values are desirable, the reverse otherwise.
// Their mean is 1/2.
//
// `effects` (n) are versus any one reference; `pair_variances` (n x n) are
// those of their differences. Requires n >= 2. O(n^2).
Eigen::VectorXd PScores(const Eigen::VectorXd& effects,
                        const Eigen::MatrixXd& pair_variances,
                        bool small_values_desirable);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RANKING_H_
