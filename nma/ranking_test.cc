#include "nma/ranking.h"

#include <cmath>

#include "gtest/gtest.h"
#include "nma/testing/pair_variances.h"

namespace tidemark::nma {
namespace {

// Of three treatments; the first is the reference.
Eigen::Vector3d Effects() { return {0, -1, 2}; }
Eigen::Matrix3d PairVariances() {
  return (Eigen::Matrix3d() << 0, 1, 4, 1, 0, 4, 4, 4, 0).finished();
}

double Phi(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// The ranking 1, (n-2)/(n-1), ..., 0 without any doubt.
Eigen::VectorXd CertainScores(int n) {
  return Eigen::VectorXd::LinSpaced(n, 0, 1);
}

double PopulationVariance(const Eigen::VectorXd& x) {
  return (x.array() - x.mean()).square().mean();
}

TEST(PScoresTest, IsTheMeanCertaintyOfBeingBetter) {
  const Eigen::VectorXd scores = PScores(Effects(), PairVariances(), true);
  EXPECT_NEAR(scores[0], (Phi(-1) + Phi(1)) / 2, 1e-15);
  EXPECT_NEAR(scores[1], (Phi(1) + Phi(3 / std::sqrt(4.0))) / 2, 1e-15);
}

TEST(PScoresTest, MeanIsOneHalf) {
  EXPECT_NEAR(PScores(Effects(), PairVariances(), true).mean(), 0.5, 1e-15);
}

TEST(PScoresTest, ReversesWithTheDesirableDirection) {
  const Eigen::VectorXd small = PScores(Effects(), PairVariances(), true);
  const Eigen::VectorXd large = PScores(Effects(), PairVariances(), false);
  const Eigen::VectorXd sum = small + large;
  EXPECT_TRUE(sum.isApprox(Eigen::Vector3d::Ones(), 1e-15));
}

TEST(PScoresTest, DoesNotDependOnTheReference) {
  const Eigen::Vector3d shifted = Effects().array() - Effects()[2];
  EXPECT_TRUE(PScores(shifted, PairVariances(), true)
                  .isApprox(PScores(Effects(), PairVariances(), true), 1e-15));
}

TEST(PScoresTest, CountsOnlyImportantDifferences) {
  const Eigen::VectorXd scores = PScores(Effects(), PairVariances(), true, 0.5);
  EXPECT_NEAR(scores[0], (Phi(-1.5) + Phi(0.75)) / 2, 1e-15);
  EXPECT_NEAR(scores[1], (Phi(0.5) + Phi(1.25)) / 2, 1e-15);
  EXPECT_NEAR(scores[2], (Phi(-1.25) + Phi(-1.75)) / 2, 1e-15);
  EXPECT_LT(scores.mean(), 0.5);
  const Eigen::VectorXd large =
      PScores(-Effects(), PairVariances(), false, 0.5);
  EXPECT_EQ(large, scores);
}

TEST(PScoresTest, FallWithTheImportantDifference) {
  Eigen::VectorXd last = PScores(Effects(), PairVariances(), true, 0);
  EXPECT_EQ(last, PScores(Effects(), PairVariances(), true));
  for (const double delta : {0.1, 1.0, 10.0, 100.0}) {
    const Eigen::VectorXd scores =
        PScores(Effects(), PairVariances(), true, delta);
    EXPECT_TRUE((scores.array() < last.array()).all()) << delta;
    last = scores;
  }
  EXPECT_LT(last.maxCoeff(), 1e-100);
}

TEST(MeanRanksTest, IsOnePlusTheExpectedNumberOfBetterTreatments) {
  const Eigen::VectorXd ranks =
      MeanRanks(PScores(Effects(), PairVariances(), true));
  EXPECT_NEAR(ranks[0], 1 + Phi(1) + Phi(-1), 1e-15);
  EXPECT_NEAR(ranks[2], 1 + Phi(1) + Phi(1.5), 1e-15);
  EXPECT_NEAR(ranks.sum(), 1 + 2 + 3, 1e-14);
}

TEST(PothTest, IsTheVarianceOverItsMaximum) {
  for (const int n : {2, 3, 7, 40}) {
    const double largest = PopulationVariance(CertainScores(n));
    EXPECT_NEAR(largest, (n + 1) / (12.0 * (n - 1)), 1e-15);
    const Eigen::MatrixXd variances = RandomPairVariances(n, 100, n);
    const Eigen::VectorXd scores =
        PScores(RandomEffects(variances, n), variances, true);
    EXPECT_NEAR(Poth(scores), PopulationVariance(scores) / largest, 1e-14);
    const double published =
        3 * ((1.0 - n) / (n + 1) +
             4 * (n - 1.0) / (n * (n + 1.0)) * scores.squaredNorm());
    EXPECT_NEAR(Poth(scores), published, 1e-14);
  }
}

TEST(PothTest, GoesFromNoHierarchyToACertainOne) {
  for (const int n : {2, 3, 10}) {
    EXPECT_NEAR(Poth(CertainScores(n)), 1, 1e-14);
    EXPECT_EQ(Poth(Eigen::VectorXd::Constant(n, 0.5)), 0);
  }
  EXPECT_NEAR(Poth(Eigen::Vector2d(0.75, 0.25)), 0.25, 1e-15);
}

}  // namespace
}  // namespace tidemark::nma
