#include "nma/ranking.h"

#include <cmath>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

// Of three treatments; the first is the reference.
const Eigen::Vector3d kEffects(0, -1, 2);
const Eigen::Matrix3d kPairVariances =
    (Eigen::Matrix3d() << 0, 1, 4, 1, 0, 4, 4, 4, 0).finished();

double Phi(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

TEST(PScoresTest, IsTheMeanCertaintyOfBeingBetter) {
  const Eigen::VectorXd scores = PScores(kEffects, kPairVariances, true);
  EXPECT_NEAR(scores[0], (Phi(-1) + Phi(1)) / 2, 1e-15);
  EXPECT_NEAR(scores[1], (Phi(1) + Phi(3 / std::sqrt(4.0))) / 2, 1e-15);
}

TEST(PScoresTest, MeanIsOneHalf) {
  EXPECT_NEAR(PScores(kEffects, kPairVariances, true).mean(), 0.5, 1e-15);
}

TEST(PScoresTest, ReversesWithTheDesirableDirection) {
  const Eigen::VectorXd small = PScores(kEffects, kPairVariances, true);
  const Eigen::VectorXd large = PScores(kEffects, kPairVariances, false);
  const Eigen::VectorXd sum = small + large;
  EXPECT_TRUE(sum.isApprox(Eigen::Vector3d::Ones(), 1e-15));
}

TEST(PScoresTest, DoesNotDependOnTheReference) {
  const Eigen::Vector3d effects = kEffects.array() - kEffects[2];
  EXPECT_TRUE(PScores(effects, kPairVariances, true)
                  .isApprox(PScores(kEffects, kPairVariances, true), 1e-14));
}

}  // namespace
}  // namespace tidemark::nma
