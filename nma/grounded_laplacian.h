// The inverse of a network's Laplacian, with one node held at 0.
#ifndef TIDEMARK_NMA_GROUNDED_LAPLACIAN_H_
#define TIDEMARK_NMA_GROUNDED_LAPLACIAN_H_

#include "Eigen/Cholesky"
#include "Eigen/Core"
#include "absl/status/statusor.h"

namespace tidemark::nma {

// A Laplacian L = sum of B' W B is singular: it sees differences only. Without
// the row and column of a node, the ground, it is positive definite when the
// network is connected, and solves the same problem for differences to the
// ground. No constant is added, so that nothing depends on units.
class GroundedLaplacian {
 public:
  // Factors an n x n Laplacian, n >= 2. FailedPrecondition if it is not
  // positive definite to working precision: the network is not connected, or
  // its weights span more than double precision can hold. O(n^3).
  static absl::StatusOr<GroundedLaplacian> Factor(
      const Eigen::MatrixXd& laplacian, int ground);

  // theta with L theta = flow and theta[ground] = 0. Requires a flow of sum 0.
  // O(n^2).
  Eigen::VectorXd Solve(const Eigen::VectorXd& flow) const;

  // n x n; the row and column of the ground are 0. O(n^3).
  Eigen::MatrixXd Inverse() const;

  // tr(Inverse() * matrix). Requires an n x n matrix. O(n^3).
  double TraceOfInverseTimes(const Eigen::MatrixXd& matrix) const;

  // log det of the grounded Laplacian, the same for every ground
  // (matrix-tree theorem).
  double LogDeterminant() const;

 private:
  GroundedLaplacian(Eigen::LLT<Eigen::MatrixXd> factor, int ground)
      : factor_(std::move(factor)), ground_(ground) {}

  Eigen::LLT<Eigen::MatrixXd> factor_;
  int ground_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_GROUNDED_LAPLACIAN_H_
