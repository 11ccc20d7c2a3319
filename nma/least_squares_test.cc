#include "nma/least_squares.h"

#include <cmath>

#include "Eigen/Dense"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

// The same model written out: all effects in one vector, block covariances in
// one matrix, and the design against node 0.
struct Explicit {
  Eigen::VectorXd y;
  Eigen::MatrixXd x, v, v0;

  explicit Explicit(const ConnectedNetwork& network) {
    const Eigen::Index size = DegreesOfFreedom(network) + network.nodes - 1;
    y = Eigen::VectorXd::Zero(size);
    x = Eigen::MatrixXd::Zero(size, network.nodes);
    v = v0 = Eigen::MatrixXd::Zero(size, size);
    Eigen::Index row = 0;
    for (const StudyBlock& block : network.blocks) {
      const Eigen::Index m = block.effects.size();
      y.segment(row, m) = block.effects;
      v.block(row, row, m, m) = block.covariance;
      v0.block(row, row, m, m) = HeterogeneityStructure(m);
      for (Eigen::Index i = 0; i < m; ++i) {
        x(row + i, block.nodes[i + 1]) = 1;
        x(row + i, block.nodes[0]) = -1;
      }
      row += m;
    }
    x = x.rightCols(network.nodes - 1).eval();
  }

  Eigen::MatrixXd Precision(double tau2) const {
    return (v + tau2 * v0).inverse();
  }
  Eigen::MatrixXd Covariance(double tau2) const {
    return (x.transpose() * Precision(tau2) * x).inverse();
  }
  Eigen::MatrixXd ResidualProjection(double tau2) const {
    const Eigen::MatrixXd w = Precision(tau2);
    return w - w * x * Covariance(tau2) * x.transpose() * w;
  }
};

// Of all nodes, from the covariance of nodes 1, 2, ... versus node 0.
Eigen::MatrixXd PairVariances(const Eigen::MatrixXd& covariance) {
  const Eigen::Index n = covariance.rows() + 1;
  Eigen::MatrixXd full = Eigen::MatrixXd::Zero(n, n);
  full.bottomRightCorner(n - 1, n - 1) = covariance;
  return full.diagonal().replicate(1, n) +
         full.diagonal().transpose().replicate(n, 1) - 2 * full;
}

class LeastSquaresTest : public ::testing::TestWithParam<int> {
 protected:
  const Network network_ = BuildNetwork(
      RandomNetwork(/*treatments=*/7, /*studies=*/15, /*seed=*/GetParam()));
  const ConnectedNetwork& connected_ = network_.components[0].network;
  const Explicit explicit_{connected_};
};

// The networks are well conditioned (variances from 0.02 to 0.22).
constexpr double kTolerance = 1e-12;

TEST_P(LeastSquaresTest, EqualsTheExplicitBlockForm) {
  for (const double tau2 : {0.0, 0.3}) {
    ASSERT_OK_AND_ASSIGN(const LeastSquaresFit fit,
                         FitLeastSquares(connected_, tau2));
    const Eigen::MatrixXd covariance = explicit_.Covariance(tau2);
    const Eigen::VectorXd theta = covariance * explicit_.x.transpose() *
                                  explicit_.Precision(tau2) * explicit_.y;
    const Eigen::VectorXd versus_first = fit.theta.array() - fit.theta[0];
    EXPECT_TRUE(versus_first.tail(theta.size()).isApprox(theta, kTolerance));
    EXPECT_TRUE(fit.elimination.PairVariances().isApprox(
        PairVariances(covariance), kTolerance));
    EXPECT_NEAR(fit.elimination.LogDeterminant(),
                -std::log(covariance.determinant()), 1e-10);
    const Eigen::VectorXd residual = explicit_.y - explicit_.x * theta;
    EXPECT_NEAR(fit.q, residual.dot(explicit_.Precision(tau2) * residual),
                kTolerance * fit.q);
  }
}

TEST_P(LeastSquaresTest, MomentsEqualTheExplicitBlockForm) {
  for (const double tau2 : {0.0, 0.3}) {
    ASSERT_OK_AND_ASSIGN(const HeterogeneityMoments moments,
                         MomentsAt(connected_, tau2));
    const Eigen::MatrixXd p = explicit_.ResidualProjection(tau2);
    const Eigen::VectorXd py = p * explicit_.y;
    EXPECT_NEAR(moments.q, explicit_.y.dot(py), kTolerance * moments.q);
    EXPECT_NEAR(moments.trace, (p * explicit_.v0).trace(),
                kTolerance * moments.trace);
    EXPECT_NEAR(moments.quadratic, py.dot(explicit_.v0 * py),
                kTolerance * moments.quadratic);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeastSquaresTest, ::testing::Range(1, 11));

}  // namespace
}  // namespace tidemark::nma
