// What the engine is measured against: the least that its numbers could cost,
// written with bare arrays and Eigen.
#ifndef TIDEMARK_BENCH_YARDSTICKS_H_
#define TIDEMARK_BENCH_YARDSTICKS_H_

#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "nma/effects.h"

namespace tidemark::bench {

// One pass over two-arm studies that weights each anew, and one dense Cholesky
// inverse of the T x T Laplacian that they sum to.
class Unit {
 public:
  // Requires two-arm studies with treatments "T0000" ... of SimulatedNetwork
  // that connect all T.
  Unit(absl::Span<const nma::StudyEffects> studies, int treatments);

  // The inverse of L + J / T, J all ones, L the Laplacian of the weights
  // 1 / (variance + tau2); J makes it regular and changes no difference.
  // Valid until the next call. O(S + T^3).
  const Eigen::MatrixXd& Inverse(double tau2);

 private:
  struct Contrast {
    int base;
    int other;
    double variance;
  };

  std::vector<Contrast> contrasts_;
  Eigen::MatrixXd laplacian_;
  Eigen::MatrixXd inverse_;
};

// Adds or takes away a fixed x x' of a T x T symmetric matrix.
class RankOneUpdate {
 public:
  explicit RankOneUpdate(int treatments);

  // `sign` is 1 or -1. O(T^2).
  void Apply(double sign);

  const Eigen::MatrixXd& matrix() const { return matrix_; }

 private:
  Eigen::VectorXd direction_;
  Eigen::MatrixXd matrix_;  // lower triangle
};

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_YARDSTICKS_H_
