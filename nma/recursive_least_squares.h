// Least squares estimates that follow studies as they come and go.
#ifndef TIDEMARK_NMA_RECURSIVE_LEAST_SQUARES_H_
#define TIDEMARK_NMA_RECURSIVE_LEAST_SQUARES_H_

#include "Eigen/Core"
#include "nma/contrast_group.h"

namespace tidemark::nma {

// The common-effect estimates of a connected network of n nodes: a change of
// the weight of one contrast x' theta = effect + error by d changes the
// covariance P of the nodes by a matrix of rank one (Woodbury 1950; Plackett
// 1950). With s = P x, g = x' P x, and c the change of weight times residual,
//   theta += s c / (1 + d g)
//   P     -= s s' d / (1 + d g).
// P itself depends on a reference; what is kept is R_ij = P_ii + P_jj - 2 P_ij,
// the variances of pairs, which do not:
//   s_i = -1/2 sum_a x_a R_ia up to a constant, g = sum_a x_a s_a,
//   R_ij -= (s_i - s_j)^2 d / (1 + d g).
// More weight only subtracts from a variance what it explains of it, less only
// adds.
//
// A change is O(n^2) whatever the number of studies, about as much as a
// symmetric rank-one update of P, and does not allocate.
class RecursiveLeastSquares {
 public:
  // Starts from a fit: effects of nodes, the variances of pairs, of which the
  // strictly lower triangle is used, and Q.
  void Reset(const Eigen::VectorXd& theta,
             const Eigen::MatrixXd& pair_variances, double q);

  void Add(const IndependentContrast& contrast);

  // False if hardly anything else is known of the contrast: its leverage, g
  // over its variance, is near 1. Then the state must be reset before it is
  // used again. Requires a contrast that was added.
  bool Remove(const IndependentContrast& contrast);

  // Another effect and variance for the same x, in one update. As Remove.
  bool Replace(const IndependentContrast& before,
               const IndependentContrast& after);

  // Better values of the same estimates.
  void Correct(const Eigen::VectorXd& theta, double q);

  // n: effects of nodes, up to a constant.
  const Eigen::VectorXd& theta() const { return theta_; }
  // n x n: variances of pairs below the diagonal, 0 on it; nothing above.
  const Eigen::MatrixXd& pair_variances() const { return pair_variances_; }
  // sum r' W r. Loses digits where it was much larger before.
  double q() const { return q_; }

  // A bound of the relative error of any pair variance since the last reset. A
  // change rounds s by epsilon of the largest variance, which counts for the
  // smallest. An error is passed on as it is by more weight, since P' <= P, and
  // multiplied by 1 / (1 + d g) by less.
  double error() const { return error_; }
  // At least the largest pair variance.
  double largest_variance() const { return largest_; }

 private:
  // By d, c, and the change of Q at the theta before.
  struct Change {
    double weight, flow, q;
  };
  // What adding the contrast changes; removing changes as much the other way.
  Change Evidence(const IndependentContrast& contrast) const;
  bool Apply(const IndependentContrast& contrast, const Change& change);
  // s; returns g.
  double Project(const IndependentContrast& contrast);

  Eigen::VectorXd theta_;
  Eigen::MatrixXd pair_variances_;
  Eigen::VectorXd projection_;  // s
  double q_ = 0;
  double error_ = 0;
  double largest_ = 0;   // at least the largest pair variance
  double smallest_ = 0;  // at most the smallest one
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RECURSIVE_LEAST_SQUARES_H_
