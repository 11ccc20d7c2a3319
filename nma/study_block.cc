#include "nma/study_block.h"

#include <cmath>

#include "Eigen/Cholesky"

namespace tidemark::nma {

Eigen::MatrixXd HeterogeneityStructure(Eigen::Index m) {
  return 0.5 * (Eigen::MatrixXd::Identity(m, m) + Eigen::MatrixXd::Ones(m, m));
}

double TraceTimesStructure(const Eigen::MatrixXd& matrix) {
  return (matrix.trace() + matrix.sum()) / 2;
}

Eigen::MatrixXd StructureTimes(const Eigen::MatrixXd& matrix) {
  return (matrix.rowwise() + matrix.colwise().sum()) / 2;
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

void AddQuadratic(const StudyBlock& block, const Eigen::MatrixXd& middle,
                  Eigen::MatrixXd* sum) {
  const int base = block.nodes[0];
  for (Eigen::Index i = 0; i < middle.rows(); ++i) {
    const int row = block.nodes[i + 1];
    for (Eigen::Index j = 0; j < middle.cols(); ++j) {
      const int column = block.nodes[j + 1];
      (*sum)(row, column) += middle(i, j);
      (*sum)(row, base) -= middle(i, j);
      (*sum)(base, column) -= middle(i, j);
      (*sum)(base, base) += middle(i, j);
    }
  }
}

void AddTransposed(const StudyBlock& block, const Eigen::VectorXd& vector,
                   Eigen::VectorXd* sum) {
  for (Eigen::Index i = 0; i < vector.size(); ++i) {
    (*sum)[block.nodes[i + 1]] += vector[i];
    (*sum)[block.nodes[0]] -= vector[i];
  }
}

}  // namespace tidemark::nma
