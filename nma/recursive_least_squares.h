// Least squares estimates that follow studies as they come and go.
#ifndef TIDEMARK_NMA_RECURSIVE_LEAST_SQUARES_H_
#define TIDEMARK_NMA_RECURSIVE_LEAST_SQUARES_H_

#include "Eigen/Core"
#include "nma/contrast_group.h"

namespace tidemark::nma {

// The common-effect estimates of a connected network of n nodes: an update by
// one contrast x' theta = effect + error changes the covariance P of the nodes
// by a matrix of rank one (Woodbury 1950; Plackett 1950). With s = P x and g =
// x' P x,
//   adding:   theta += s (effect - x' theta) / (variance + g)
//             P     -= s s' / (variance + g)
//   removing: the same with -(variance - g) for variance + g.
// P itself depends on a reference; what is kept is R_ij = P_ii + P_jj - 2 P_ij,
// the variances of pairs, which do not:
//   s_i = -1/2 sum_a x_a R_ia up to a constant, g = sum_a x_a s_a,
//   R_ij -= (s_i - s_j)^2 / (variance + g).
// Adding only subtracts from a variance what the study explains of it, removing
// only adds.
//
// An update is O(n^2) whatever the number of studies, about as much as a
// symmetric rank-one update of P, and does not allocate.
class RecursiveLeastSquares {
 public:
  // Starts from a fit: effects of nodes, the variances of pairs, of which the
  // strictly lower triangle is used, and Q.
  void Reset(const Eigen::VectorXd& theta,
             const Eigen::MatrixXd& pair_variances, double q);

  void Add(const IndependentContrast& contrast);

  // False if hardly anything else is known of the contrast: g / variance, its
  // leverage, is near 1. Then the state must be reset before it is used again.
  // Requires a contrast that was added.
  bool Remove(const IndependentContrast& contrast);

  // Better values of the same estimates.
  void Correct(const Eigen::VectorXd& theta, double q);

  // n: effects of nodes, up to a constant.
  const Eigen::VectorXd& theta() const { return theta_; }
  // n x n: variances of pairs below the diagonal, 0 on it; nothing above.
  const Eigen::MatrixXd& pair_variances() const { return pair_variances_; }
  // sum r' W r. Loses digits where it was much larger before.
  double q() const { return q_; }

  // A bound of the relative error of any pair variance since the last reset.
  // An update rounds s by epsilon of the largest variance, which counts for the
  // smallest; an error is passed on as it is by adding, and multiplied by 1 /
  // (1 - leverage) by removing.
  double error() const { return error_; }

 private:
  // s and g.
  double Project(const IndependentContrast& contrast);
  // By weight 1 / (variance + g), or minus 1 / (variance - g).
  void Update(const IndependentContrast& contrast, double weight);

  Eigen::VectorXd theta_;
  Eigen::MatrixXd pair_variances_;
  Eigen::VectorXd projection_;  // s
  double q_ = 0;
  double error_ = 0;
  double spread_ = 1;  // at least the largest over the smallest variance
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RECURSIVE_LEAST_SQUARES_H_
