// Generalised least squares over a connected network.
#ifndef TIDEMARK_NMA_LEAST_SQUARES_H_
#define TIDEMARK_NMA_LEAST_SQUARES_H_

#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nma/elimination.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// The fit at one tau^2, with W = (V + tau2 V0)^-1 per study.
struct LeastSquaresFit {
  Eigen::VectorXd theta;    // each node minus the last
  Elimination elimination;  // of sum B' W B
  // sum r' W r of the residuals r = y - B theta. 0 if it is no more than
  // rounding leaves of effects that agree: (16 nodes epsilon)^2 sum y' W y.
  double q = 0;
  double quadratic = 0;        // sum r' W V0 W r = -dq/dtau2; 0 where q is
  double log_determinant = 0;  // sum of log det(V + tau2 V0)
};

// Estimates equal those of the graph-theoretical method (Ruecker 2012) and of
// multivariate meta-regression (White et al. 2012).
// FailedPrecondition as in Elimination. O(sum k^3 + nodes^3).
absl::StatusOr<LeastSquaresFit> FitLeastSquares(const ConnectedNetwork& network,
                                                double tau2);

// The same with given weights, one per block.
std::vector<BlockWeight> WeightsAt(const ConnectedNetwork& network,
                                   double tau2);
absl::StatusOr<LeastSquaresFit> FitLeastSquares(
    const ConnectedNetwork& network, const std::vector<BlockWeight>& weights);

// Whether q is no more than the rounding noise of `total` = sum y' W y.
bool IsRoundingNoise(double q, double total, int nodes);

// InvalidArgument if a Q is not finite: finite effects can be too large to be
// squared.
absl::Status CheckFiniteQ(double q);

// Effects less treatments: sum (k - 1) - (nodes - 1).
int DegreesOfFreedom(const ConnectedNetwork& network);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LEAST_SQUARES_H_
