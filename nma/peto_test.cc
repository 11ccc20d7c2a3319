#include "nma/peto.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "Eigen/LU"
#include "gtest/gtest.h"
#include "nma/arm_estimates.h"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

constexpr double kRounding = 1e-13;  // relative, of small matrices

const std::vector<BinaryArm> kFourArms = {
    {"A", 3, 20}, {"B", 9, 31}, {"C", 0, 12}, {"D", 5, 44}};

// O - E and Cov(O) of all arms under the hypergeometric distribution.
struct Score {
  Eigen::VectorXd difference;
  Eigen::MatrixXd covariance;
};

Score ScoreOf(const std::vector<BinaryArm>& arms) {
  const auto k = static_cast<Eigen::Index>(arms.size());
  Eigen::VectorXd observed(k);
  Eigen::VectorXd n(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    observed[i] = arms[i].events;
    n[i] = arms[i].total;
  }
  const double m = observed.sum();
  const double total = n.sum();
  const double c = m * (total - m) / (total * total * (total - 1));
  const Eigen::MatrixXd diagonal = n.asDiagonal();
  return {observed - n * m / total, c * (total * diagonal - n * n.transpose())};
}

TEST(PetoTest, TwoArmsByHand) {
  // 4 of 10 against 1 of 10: O - E = 1.5, V = 10 * 10 * 5 * 15 / (19 * 400).
  const StudyEffects effects =
      DifferencesToBase(PetoLogOdds({{"A", 1, 10}, {"B", 4, 10}}));
  const double v = 7500.0 / 7600;
  EXPECT_NEAR(effects.effects[0], 1.5 / v, kRounding);
  EXPECT_NEAR(effects.covariance(0, 0), 1 / v, kRounding);
}

TEST(PetoTest, IsTheInverseOfTheCovarianceOfAllArmsButTheBase) {
  const Score score = ScoreOf(kFourArms);
  const Eigen::Matrix3d inverse =
      score.covariance.bottomRightCorner(3, 3).inverse();
  const Eigen::Vector3d expected = inverse * score.difference.tail(3);
  const StudyEffects effects = DifferencesToBase(PetoLogOdds(kFourArms));
  EXPECT_TRUE(effects.effects.isApprox(expected, kRounding));
  EXPECT_TRUE(effects.covariance.isApprox(inverse, kRounding));
  EXPECT_EQ(PetoLogOdds(kFourArms).shared, 0);
}

// Every table with 4 events in arms of 3, 2 and 4, by its number of ways.
TEST(PetoTest, TheCovarianceIsThatOfAllTablesWithTheSameMargins) {
  const auto choose = [](int n, int r) {
    return std::round(std::tgamma(n + 1) / std::tgamma(r + 1) /
                      std::tgamma(n - r + 1));
  };
  double ways = 0;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  Eigen::Matrix3d square = Eigen::Matrix3d::Zero();
  for (int a = 0; a <= 3; ++a) {
    for (int b = 0; b <= 2; ++b) {
      const int c = 4 - a - b;
      if (c < 0 || c > 4) continue;
      const double weight = choose(3, a) * choose(2, b) * choose(4, c);
      const Eigen::Vector3d events(a, b, c);
      ways += weight;
      mean += weight * events;
      square += weight * events * events.transpose();
    }
  }
  EXPECT_EQ(ways, choose(9, 4));
  mean /= ways;
  const Eigen::Matrix3d covariance = square / ways - mean * mean.transpose();
  const Eigen::Matrix2d inverse =
      covariance.bottomRightCorner<2, 2>().inverse();
  const StudyEffects effects =
      DifferencesToBase(PetoLogOdds({{"A", 3, 3}, {"B", 0, 2}, {"C", 1, 4}}));
  EXPECT_TRUE(effects.covariance.isApprox(inverse, kRounding));
  EXPECT_TRUE(effects.effects.isApprox(
      inverse * (Eigen::Vector2d(0, 1) - mean.tail<2>()), kRounding));
}

TEST(PetoTest, TheOrderOfArmsDoesNotMatter) {
  const ArmEstimates forward = PetoLogOdds(kFourArms);
  const ArmEstimates backward =
      PetoLogOdds({kFourArms.rbegin(), kFourArms.rend()});
  EXPECT_TRUE(forward.value.isApprox(backward.value.reverse(), kRounding));
  EXPECT_TRUE(
      forward.variance.isApprox(backward.variance.reverse(), kRounding));
}

TEST(PetoTest, SwappingEventsAndNonEventsFlipsTheSign) {
  std::vector<BinaryArm> swapped = kFourArms;
  for (BinaryArm& arm : swapped) arm.events = arm.total - arm.events;
  const ArmEstimates one = PetoLogOdds(kFourArms);
  const ArmEstimates other = PetoLogOdds(swapped);
  EXPECT_TRUE(one.value.isApprox(-other.value, kRounding));
  EXPECT_TRUE(one.variance.isApprox(other.variance, kRounding));
}

// One step from no difference: exact where the difference is small.
TEST(PetoTest, NearNoDifferenceItIsTheLogOddsRatio) {
  const std::vector<BinaryArm> arms = {{"A", 50000, 100000},
                                       {"B", 50100, 100000}};
  const double peto = DifferencesToBase(PetoLogOdds(arms)).effects[0];
  const double exact = DifferencesToBase(LogOdds(arms, 0)).effects[0];
  EXPECT_NEAR(peto, exact, 1e-4 * exact);
}

}  // namespace
}  // namespace tidemark::nma
