// The evidence of a connected network, solved by eliminating its nodes.
#ifndef TIDEMARK_NMA_ELIMINATION_H_
#define TIDEMARK_NMA_ELIMINATION_H_

#include <utility>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// What the studies say of each pair of n nodes: weights add up, and so do
// weights times effects. Together they are the normal equations of generalised
// least squares, written without their diagonal: the Laplacian has -weight(i,
// j) off it, and whatever makes its rows sum to 0 on it.
struct PairEvidence {
  explicit PairEvidence(int nodes);

  // Adds a study whose effects have this weight matrix (the inverse of their
  // covariance). A study of three or more arms has a weight for each of its
  // pairs (Ruecker & Schwarzer 2014); some of them can be negative. O(k^2).
  void Add(const StudyBlock& block, const Eigen::MatrixXd& study_weight);

  // n x n, as study_block.h has matrices of pairs.
  Eigen::MatrixXd weight;
  Eigen::MatrixXd flow;
};

// Whether a sum of weights is more than their rounding noise; `magnitude` is
// the sum of their magnitudes. Only negative weights can cancel.
bool IsSoundPivot(double pivot, double magnitude, Eigen::Index nodes);

// The Laplacian of a network's weights, factorised.
//
// A node with weights w_k to the nodes k that are left is a noisy copy of their
// mean: theta_i = sum p_k (theta_k + y_ik) + noise of variance 1/d, d = sum
// w_k, p_k = w_k / d. Eliminating it adds w_k p_l to the weight of each pair
// that is left (the star-mesh transform of electrical networks). With positive
// weights nothing is ever subtracted, pivots included (Grassmann, Taha & Heyman
// 1985; O'Cinneide 1993), so every difference and every variance keeps its
// digits even where weights differ by many orders of magnitude, which a
// Cholesky factor of the Laplacian does not give. No node is special, and
// nothing depends on units. It is no slower either.
class Elimination {
 public:
  // `weight` is n x n, a matrix of pairs. FailedPrecondition if a node has no
  // weight to the others beyond rounding: the network is not connected, or
  // negative weights cancel. Requires n >= 2. n^3 / 3 operations, in blocks.
  static absl::StatusOr<Elimination> Of(Eigen::MatrixXd weight);

  // The nodes, versus the last of them, for the flows of PairEvidence. Each
  // pair's flow is carried on its own, so that a small one keeps its digits
  // beside large ones. O(n^3).
  Eigen::VectorXd EffectsOfPairs(Eigen::MatrixXd flow) const;

  // The same for flows summed by node: of each node, its weights times how much
  // it is above its neighbours. Loses digits where the sums cancel. O(n^2).
  Eigen::VectorXd EffectsOfNodes(Eigen::VectorXd flow) const;

  // n x n, symmetric: the variance of each difference of two nodes, known as
  // effective resistance; 0 on the diagonal. 2 n^3 / 3 operations.
  Eigen::MatrixXd PairVariances() const;

  // log det of the Laplacian without the row and column of a node: the same
  // for every node (matrix-tree theorem). O(n).
  double LogDeterminant() const;

 private:
  Elimination(Eigen::MatrixXd shares, Eigen::VectorXd pivots)
      : shares_(std::move(shares)), pivots_(std::move(pivots)) {}

  // Below the diagonal of column i: the weights to the nodes that were left
  // when node i was eliminated, as shares of their sum.
  Eigen::MatrixXd shares_;
  Eigen::VectorXd pivots_;  // n - 1: these sums
};

// tr(L^+ M) for the L whose variances these are, and an M that is given by the
// weights of its pairs, like L. O(n^2).
double TraceOfInverseTimes(const Eigen::MatrixXd& pair_variances,
                           const Eigen::MatrixXd& weight);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_ELIMINATION_H_
