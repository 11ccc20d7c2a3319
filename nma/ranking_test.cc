#include "nma/ranking.h"

#include <cmath>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

// Of three treatments; the first is the reference.
const Eigen::Vector3d kEffects(0, -1, 2);
const Eigen::Matrix3d kCovariance =
    (Eigen::Matrix3d() << 0, 0, 0, 0, 1, 0.5, 0, 0.5, 4).finished();

double Phi(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

TEST(PScoresTest, IsTheMeanCertaintyOfBeingBetter) {
  const Eigen::VectorXd scores = PScores(kEffects, kCovariance, true);
  EXPECT_NEAR(scores[0], (Phi(-1) + Phi(1)) / 2, 1e-15);
  EXPECT_NEAR(scores[1], (Phi(1) + Phi(3 / std::sqrt(4.0))) / 2, 1e-15);
}

TEST(PScoresTest, MeanIsOneHalf) {
  EXPECT_NEAR(PScores(kEffects, kCovariance, true).mean(), 0.5, 1e-15);
}

TEST(PScoresTest, ReversesWithTheDesirableDirection) {
  const Eigen::VectorXd small = PScores(kEffects, kCovariance, true);
  const Eigen::VectorXd large = PScores(kEffects, kCovariance, false);
  const Eigen::VectorXd sum = small + large;
  EXPECT_TRUE(sum.isApprox(Eigen::Vector3d::Ones(), 1e-15));
}

TEST(PScoresTest, DoesNotDependOnTheReference) {
  Eigen::Matrix3d shift = Eigen::Matrix3d::Identity();
  shift.col(2).array() -= 1;  // effects minus the last effect
  const Eigen::Vector3d effects = shift * kEffects;
  const Eigen::Matrix3d covariance = shift * kCovariance * shift.transpose();
  EXPECT_TRUE(PScores(effects, covariance, true)
                  .isApprox(PScores(kEffects, kCovariance, true), 1e-14));
}

}  // namespace
}  // namespace tidemark::nma
