#include "nma/study_block.h"

#include <algorithm>
#include <cmath>

#include "Eigen/Cholesky"

namespace tidemark::nma {
namespace {

// Calls f(i, j, weight, effect of i minus j) for each pair of the study's
// nodes.
template <typename F>
void ForEachPair(const StudyBlock& block, const Eigen::MatrixXd& weight, F f) {
  for (Eigen::Index i = 0; i < weight.rows(); ++i) {
    const int node = block.nodes[i + 1];
    f(node, block.nodes[0], weight.row(i).sum(), block.effects[i]);
    for (Eigen::Index j = 0; j < i; ++j) {
      f(node, block.nodes[j + 1], -weight(i, j),
        block.effects[i] - block.effects[j]);
    }
  }
}

}  // namespace

Eigen::MatrixXd HeterogeneityStructure(Eigen::Index m) {
  return 0.5 * (Eigen::MatrixXd::Identity(m, m) + Eigen::MatrixXd::Ones(m, m));
}

double TraceTimesStructure(const Eigen::MatrixXd& matrix) {
  return (matrix.trace() + matrix.sum()) / 2;
}

Eigen::MatrixXd StructureTimes(const Eigen::MatrixXd& matrix) {
  return (matrix.rowwise() + matrix.colwise().sum()) / 2;
}

double StructureForm(const Eigen::VectorXd& vector) {
  return (vector.squaredNorm() + vector.sum() * vector.sum()) / 2;
}

BlockWeight WeightAt(const StudyBlock& block, double tau2) {
  const Eigen::Index m = block.effects.size();
  if (m == 1) {  // two arms, by far the most common
    const double variance = block.covariance(0, 0) + tau2;
    return {Eigen::MatrixXd::Constant(1, 1, 1 / variance), std::log(variance)};
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(block.covariance +
                                           tau2 * HeterogeneityStructure(m));
  return {factor.solve(Eigen::MatrixXd::Identity(m, m)),
          2 * factor.matrixLLT().diagonal().array().log().sum()};
}

Eigen::VectorXd Residual(const StudyBlock& block,
                         const Eigen::VectorXd& theta) {
  Eigen::VectorXd residual = block.effects;
  for (Eigen::Index i = 0; i < residual.size(); ++i) {
    residual[i] -= theta[block.nodes[i + 1]] - theta[block.nodes[0]];
  }
  return residual;
}

void AddPairWeights(const StudyBlock& block, const Eigen::MatrixXd& weight,
                    Eigen::MatrixXd* pairs) {
  ForEachPair(block, weight, [pairs](int i, int j, double w, double) {
    (*pairs)(std::max(i, j), std::min(i, j)) += w;
  });
}

void AddPairFlows(const StudyBlock& block, const Eigen::MatrixXd& weight,
                  Eigen::MatrixXd* pairs) {
  ForEachPair(block, weight, [pairs](int i, int j, double w, double effect) {
    (*pairs)(std::max(i, j), std::min(i, j)) +=
        i > j ? w * effect : -w * effect;
  });
}

}  // namespace tidemark::nma
