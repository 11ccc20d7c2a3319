#include "nma/testing/pair_variances.h"

#include <cmath>
#include <random>

#include "Eigen/LU"
#include "nma/normal.h"
#include "nma/pair_variance_factor.h"

namespace tidemark::nma {
namespace {

using Eigen::Index;
using LongMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

// (0, 1). The distributions of <random> differ between standard libraries.
double Uniform(std::mt19937* engine) {
  return ((*engine)() + 0.5) / 4294967296.0;
}

void AddEdge(Index i, Index j, double weight, LongMatrix* laplacian) {
  (*laplacian)(i, i) += weight;
  (*laplacian)(j, j) += weight;
  (*laplacian)(i, j) -= weight;
  (*laplacian)(j, i) -= weight;
}

LongMatrix RandomLaplacian(Index n, double weight_ratio, std::uint32_t seed) {
  std::mt19937 engine(seed);
  const auto weight = [&] { return std::pow(weight_ratio, Uniform(&engine)); };
  LongMatrix laplacian = LongMatrix::Zero(n, n);
  for (Index i = 0; i + 1 < n; ++i) AddEdge(i, i + 1, weight(), &laplacian);
  for (Index k = 0; k < n; ++k) {
    const auto i = static_cast<Index>(engine() % n);
    const auto j = static_cast<Index>(engine() % n);
    if (i != j) AddEdge(i, j, weight(), &laplacian);
  }
  return laplacian;
}

}  // namespace

Eigen::MatrixXd RandomPairVariances(int treatments, double weight_ratio,
                                    std::uint32_t seed) {
  const Index n = treatments;
  LongMatrix covariance = LongMatrix::Zero(n, n);
  covariance.bottomRightCorner(n - 1, n - 1) =
      RandomLaplacian(n, weight_ratio, seed)
          .bottomRightCorner(n - 1, n - 1)
          .inverse();
  Eigen::MatrixXd variances = Eigen::MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) {
      variances(i, j) = variances(j, i) =
          static_cast<double>(covariance(i, i) + covariance(j, j) -
                              covariance(i, j) - covariance(j, i));
    }
  }
  return variances;
}

Eigen::MatrixXd ChainPairVariances(const Eigen::VectorXd& links) {
  const Index n = links.size() + 1;
  Eigen::MatrixXd variances = Eigen::MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) {
      variances(i, j) = variances(j, i) = links.segment(j, i - j).sum();
    }
  }
  return variances;
}

Eigen::MatrixXd CyclePairVariances(const Eigen::VectorXd& links) {
  const Index n = links.size();
  Eigen::MatrixXd variances = Eigen::MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) {
      const double one_way = links.segment(j, i - j).sum();
      const double other_way = links.head(j).sum() + links.tail(n - i).sum();
      variances(i, j) = variances(j, i) =
          one_way * (other_way / (one_way + other_way));
    }
  }
  return variances;
}

Eigen::MatrixXd IndependentPairVariances(const Eigen::VectorXd& variances) {
  const Index n = variances.size();
  Eigen::MatrixXd pairs =
      variances.replicate(1, n) + variances.transpose().replicate(n, 1);
  pairs.diagonal().setZero();
  return pairs;
}

Eigen::VectorXd RandomSpread(int n, double ratio, std::uint32_t seed) {
  std::mt19937 engine(seed);
  Eigen::VectorXd spread(n);
  for (double& x : spread) x = std::pow(ratio, Uniform(&engine) - 0.5);
  return spread;
}

Eigen::VectorXd RandomEffects(const Eigen::MatrixXd& pair_variances,
                              std::uint32_t seed) {
  std::mt19937 engine(seed);
  Eigen::VectorXd normal(pair_variances.rows() - 1);
  for (double& z : normal) z = NormalQuantile(Uniform(&engine));
  return FactorPairVariances(pair_variances) * normal;
}

}  // namespace tidemark::nma
