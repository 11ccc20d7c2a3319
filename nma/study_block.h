// One study in the coordinates of a connected network: its effects, its design
// and its weights at a given heterogeneity. Everything the network sums over
// its studies is computed here, one study at a time.
#ifndef TIDEMARK_NMA_STUDY_BLOCK_H_
#define TIDEMARK_NMA_STUDY_BLOCK_H_

#include <vector>

#include "Eigen/Core"

namespace tidemark::nma {

// A study of k arms. Row i of its design B is +1 at nodes[i + 1] and -1 at
// nodes[0], so that effects estimate B theta.
struct StudyBlock {
  std::vector<int> nodes;      // k distinct nodes of the network
  Eigen::VectorXd effects;     // y, k-1
  Eigen::MatrixXd covariance;  // V, (k-1) x (k-1), positive definite
};

// A connected network of `nodes` treatments, numbered from 0.
struct ConnectedNetwork {
  int nodes = 0;
  std::vector<StudyBlock> blocks;
};

// V0 = (I + J) / 2 of m effects against one base: the covariance that
// heterogeneity adds per unit of tau^2, which gives every contrast of a study
// the same variance (Higgins & Whitehead 1996).
Eigen::MatrixXd HeterogeneityStructure(Eigen::Index m);

// tr(A V0), V0 A and x' V0 x, without forming V0. Requires a square A.
double TraceTimesStructure(const Eigen::MatrixXd& matrix);
Eigen::MatrixXd StructureTimes(const Eigen::MatrixXd& matrix);
double StructureForm(const Eigen::VectorXd& vector);

// (V + tau2 V0)^-1 and the logarithm of det(V + tau2 V0).
struct BlockWeight {
  Eigen::MatrixXd weight;
  double log_determinant = 0;
};
// Requires tau2 >= 0. O(k^3).
BlockWeight WeightAt(const StudyBlock& block, double tau2);

// y - B theta. Requires theta of the network's size.
Eigen::VectorXd Residual(const StudyBlock& block, const Eigen::VectorXd& theta);

// A quadratic form B' W B over the network is given by the weights of its pairs
// of nodes, minus its off-diagonal elements; its rows sum to 0. Matrices of
// pairs are n x n, of which the strictly lower triangle is used.

// Adds the weights of the study's pairs. O(k^2).
void AddPairWeights(const StudyBlock& block, const Eigen::MatrixXd& weight,
                    Eigen::MatrixXd* pairs);

// Adds these weights times the study's effects, at (i, j) of node i minus node
// j. O(k^2).
void AddPairFlows(const StudyBlock& block, const Eigen::MatrixXd& weight,
                  Eigen::MatrixXd* pairs);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_BLOCK_H_
