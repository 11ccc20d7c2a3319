// Generalised least squares over a connected network.
#ifndef TIDEMARK_NMA_LEAST_SQUARES_H_
#define TIDEMARK_NMA_LEAST_SQUARES_H_

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "nma/elimination.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// The fit at one tau^2, with W = (V + tau2 V0)^-1 per study.
struct LeastSquaresFit {
  Eigen::VectorXd theta;       // each node minus the last
  Elimination elimination;     // of sum B' W B
  double q = 0;                // sum r' W r of the residuals r = y - B theta
  double log_determinant = 0;  // sum of log det(V + tau2 V0)
};

// Estimates equal those of the graph-theoretical method (Ruecker 2012) and of
// multivariate meta-regression (White et al. 2012).
// FailedPrecondition as in Elimination. O(sum k^3 + nodes^3).
absl::StatusOr<LeastSquaresFit> FitLeastSquares(const ConnectedNetwork& network,
                                                double tau2);

// Effects less treatments: sum (k - 1) - (nodes - 1).
int DegreesOfFreedom(const ConnectedNetwork& network);

// With P = W - W B L^-1 B' W over all effects, the two quantities that both
// estimators of tau^2 rest on.
struct HeterogeneityMoments {
  double q = 0;          // y' P y
  double trace = 0;      // tr(P V0)
  double quadratic = 0;  // y' P V0 P y
};

// FailedPrecondition as in Elimination. O(sum k^3 + nodes^3).
absl::StatusOr<HeterogeneityMoments> MomentsAt(const ConnectedNetwork& network,
                                               double tau2);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LEAST_SQUARES_H_
