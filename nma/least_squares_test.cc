#include "nma/least_squares.h"

#include <cmath>

#include "Eigen/Dense"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

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
  const ExplicitModel<double> explicit_{connected_};
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

TEST_P(LeastSquaresTest, EffectsThatAgreeHaveNoQ) {
  ConnectedNetwork agreeing = connected_;
  for (StudyBlock& block : agreeing.blocks) {
    for (Eigen::Index i = 0; i < block.effects.size(); ++i) {
      block.effects[i] =
          std::sin(block.nodes[i + 1]) - std::sin(block.nodes[0]);
    }
  }
  for (const double tau2 : {0.0, 0.3}) {
    ASSERT_OK_AND_ASSIGN(LeastSquaresFit fit, FitLeastSquares(agreeing, tau2));
    EXPECT_EQ(fit.q, 0);
  }
  agreeing.blocks[0].effects[0] += 1e-10;
  ASSERT_OK_AND_ASSIGN(const LeastSquaresFit fit, FitLeastSquares(agreeing, 0));
  EXPECT_GT(fit.q, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeastSquaresTest, ::testing::Range(1, 11));

}  // namespace
}  // namespace tidemark::nma
