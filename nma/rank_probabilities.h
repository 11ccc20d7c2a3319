// The probability that a treatment has a rank.
#ifndef TIDEMARK_NMA_RANK_PROBABILITIES_H_
#define TIDEMARK_NMA_RANK_PROBABILITIES_H_

#include <cstdint>
#include <vector>

#include "Eigen/Core"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace tidemark::nma {

struct RankOptions {
  // Points of the simulation, rounded up to a multiple of 128. 0: 8192, and
  // more until the error is at most 2e-3, which takes some 2^19 points for 10
  // treatments and 2^21 for 40; 2^22 at most, and 2^36 / n^2, after which it
  // may be more.
  std::int64_t points = 0;
};

struct RankProbabilities {
  // n x n: element (i, r) is the probability that treatment i has rank r + 1,
  // where rank 1 is the best. Rows and columns sum to 1.
  Eigen::MatrixXd probabilities;
  // n: the smallest rank with a cumulative probability of at least 1/2. Where
  // one is about 1/2, the true median may be the rank next to it.
  std::vector<int> median_ranks;
  // With 99 % confidence no element of `probabilities` is further than this
  // from its exact value; see below.
  double error = 0;
  std::int64_t points = 0;  // that were used
};

// Ranks of theta ~ N(effects, Sigma), where Sigma is the joint covariance that
// belongs to `pair_variances` (pair_variance_factor.h). Independent normals
// with quasi-variances, which netmeta 3.3-0 draws, can reverse treatments
// (docs/methods.md). Under the joint distribution SUCRA, the mean of the
// cumulative probabilities of the ranks 1 to n - 1, is the P-score (Ruecker &
// Schwarzer 2015).
//
// `effects` (n) are versus any one reference; `pair_variances` (n x n) are
// Var(theta_i - theta_j), positive off the diagonal. All must be finite, and
// 2 <= n <= 3668.
//
// Randomised quasi-Monte-Carlo (quasi_normal.h): 64 independent replicates of
// Sobol' points, each used twice, as z and as -z. `error` is the largest
// standard error of an element, from the spread of the replicates, times the
// quantile of Student's t (63 degrees of freedom) at 1 - 0.01/(2 n^2), which
// allows for all n^2 elements (Bonferroni). It is at least ln(100 n^2) over the
// number of pairs z, -z: what one may say of ranks that no draw has seen.
//
// The same bits on every run. Treatments are simulated in the order of their
// effects: renaming them permutes the result, and the other direction reverses
// the ranks, bit by bit, unless effects are equal.
// O(n^3 + points n^2) time, about 0.03, 0.2 and 1.3 us a point for n = 2, 10
// and 40 (-c opt), so by default some 3 s for n = 40 and a minute at most; 64
// n^2 integers of memory.
//
// CANCELLED: `cancelled`, which is asked every 1024 points, says so.
absl::StatusOr<RankProbabilities> EstimateRankProbabilities(
    const Eigen::VectorXd& effects, const Eigen::MatrixXd& pair_variances,
    bool small_values_desirable, const RankOptions& options,
    absl::FunctionRef<bool()> cancelled);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RANK_PROBABILITIES_H_
