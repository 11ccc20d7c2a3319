#include "bench/yardsticks.h"

#include <vector>

#include "Eigen/Core"
#include "bench/simulated_network.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/least_squares.h"
#include "nma/network.h"

namespace tidemark::bench {
namespace {

// A yardstick that did less than the engine needs would make it look slow.
TEST(UnitTest, TheInverseHoldsTheVariancesOfTheFit) {
  const std::vector<nma::StudyEffects> studies = SimulatedNetwork({30, 200});
  const nma::Network network = nma::BuildNetwork(studies);
  const auto fit =
      nma::FitLeastSquares(network.components[0].network, kSimulatedTau2);
  ASSERT_TRUE(fit.ok()) << fit.status();

  Unit unit(studies, 30);
  const Eigen::MatrixXd& inverse = unit.Inverse(kSimulatedTau2);
  const Eigen::VectorXd diagonal = inverse.diagonal();
  const Eigen::MatrixXd variances = diagonal.replicate(1, 30) +
                                    diagonal.transpose().replicate(30, 1) -
                                    2 * inverse;
  // A Cholesky factor of 30 nodes loses few of its 16 digits.
  EXPECT_LT((variances - fit->elimination.PairVariances()).norm(), 1e-12);
}

TEST(RankOneUpdateTest, GoesThereAndBack) {
  RankOneUpdate update(3);
  update.Apply(1);
  EXPECT_EQ(update.matrix()(0, 0), 2);
  EXPECT_EQ(update.matrix()(2, 0), -1);
  update.Apply(-1);
  EXPECT_EQ(update.matrix(), Eigen::MatrixXd::Identity(3, 3));
}

}  // namespace
}  // namespace tidemark::bench
