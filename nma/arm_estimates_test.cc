#include "nma/arm_estimates.h"

#include <cmath>
#include <functional>
#include <vector>

#include "gtest/gtest.h"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

constexpr double kRounding = 1e-14;  // of a few operations on numbers near 1

// The variance of f(X) by the delta method, from a numerical derivative.
double DeltaVariance(const std::function<double(double)>& f, double mean,
                     double variance) {
  const double step = 1e-5 * mean;
  const double slope = (f(mean + step) - f(mean - step)) / (2 * step);
  return slope * slope * variance;
}
constexpr double kDerivative = 1e-8;  // relative; step^2 and rounding / step

TEST(ArcsineRiskTest, ByHand) {
  const ArmEstimates arms = ArcsineRisk({{"A", 5, 20}, {"B", 10, 20}});
  EXPECT_NEAR(arms.value[0], std::acos(-1) / 6, kRounding);  // sin 30° = 1/2
  EXPECT_NEAR(arms.value[1], std::acos(-1) / 4, kRounding);
  EXPECT_EQ(arms.variance[0], 1.0 / 80);
  EXPECT_EQ(arms.shared, 0);
}

TEST(ArcsineRiskTest, EndsOfTheScaleNeedNoIncrement) {
  const ArmEstimates arms = ArcsineRisk({{"A", 0, 10}, {"B", 10, 10}});
  EXPECT_EQ(arms.value[0], 0);
  EXPECT_NEAR(arms.value[1], std::acos(-1) / 2, kRounding);
  EXPECT_EQ(arms.variance[0], arms.variance[1]);
}

TEST(ArcsineRiskTest, VarianceIsThatOfTheDeltaMethodAtEveryRisk) {
  for (const double events : {1.0, 7.0, 20.0, 39.0}) {
    const double risk = events / 40;
    const double expected =
        DeltaVariance([](double p) { return std::asin(std::sqrt(p)); }, risk,
                      risk * (1 - risk) / 40);
    const double actual = ArcsineRisk({{"A", events, 40}}).variance[0];
    EXPECT_NEAR(actual, expected, 1e-6 * expected) << events;
  }
}

TEST(RateTest, ByHandWithTheIncrementInTheVarianceOnly) {
  const std::vector<RateArm> data = {{"A", 4, 100}, {"B", 10, 50}};
  const ArmEstimates plain = Rate(data, 0);
  EXPECT_NEAR(plain.value[0], 0.04, kRounding);
  EXPECT_NEAR(plain.value[1], 0.2, kRounding);
  EXPECT_NEAR(plain.variance[0], 4 / 10000.0, kRounding);
  EXPECT_NEAR(plain.variance[1], 10 / 2500.0, kRounding);
  const ArmEstimates corrected = Rate(data, 0.5);
  EXPECT_EQ(corrected.value, plain.value);
  EXPECT_NEAR(corrected.variance[0], 4.5 / 10000, kRounding);
}

// The mean of the estimated variance over a Poisson distribution is the
// variance of the rate.
TEST(RateTest, VarianceIsUnbiased) {
  const double expected_events = 3;
  const double exposure = 12;
  double mean_variance = 0;
  double mean = 0;
  double mean_square = 0;
  double probability = std::exp(-expected_events);
  for (int events = 0; events < 60; ++events) {
    const ArmEstimates arm =
        Rate({{"A", static_cast<double>(events), exposure}}, 0);
    mean_variance += probability * arm.variance[0];
    mean += probability * arm.value[0];
    mean_square += probability * arm.value[0] * arm.value[0];
    probability *= expected_events / (events + 1);
  }
  EXPECT_NEAR(mean_variance, mean_square - mean * mean, kRounding);
}

TEST(SquareRootRateTest, ByHandAndByTheDeltaMethod) {
  const ArmEstimates arms = SquareRootRate({{"A", 4, 100}, {"B", 0, 25}});
  EXPECT_NEAR(arms.value[0], 0.2, kRounding);
  EXPECT_EQ(arms.value[1], 0);
  EXPECT_EQ(arms.variance[1], 0.01);
  const double expected = DeltaVariance(
      [](double rate) { return std::sqrt(rate); }, 0.04, 0.04 / 100);
  EXPECT_NEAR(arms.variance[0], expected, kDerivative * expected);
}

TEST(LogMeanTest, ByHandAndByTheDeltaMethod) {
  const ArmEstimates arms = LogMean({{"A", 20, 6, 9}, {"B", 10, 2, 16}});
  EXPECT_NEAR(arms.value[0] - arms.value[1], std::log(2), kRounding);
  EXPECT_NEAR(arms.variance[0], 36 / (9 * 400.0), kRounding);
  const double expected =
      DeltaVariance([](double mean) { return std::log(mean); }, 10, 4 / 16.0);
  EXPECT_NEAR(arms.variance[1], expected, kDerivative * expected);
}

TEST(LogMeanTest, TheUnitDoesNotMatter) {
  const auto ratio = [](double unit) {
    const ArmEstimates arms = LogMean(
        {{"A", 20 * unit, 6 * unit, 9}, {"B", 10 * unit, 2 * unit, 16}});
    return DifferencesToBase(arms);
  };
  for (const double unit : {1e-6, 0.1, 1e6}) {
    EXPECT_NEAR(ratio(unit).effects[0], ratio(1).effects[0], kRounding);
    EXPECT_NEAR(ratio(unit).covariance(0, 0), ratio(1).covariance(0, 0),
                kRounding);
  }
}

TEST(DifferencesToBaseTest, DifferencesShareTheBaseArmAndTheScale) {
  ArmEstimates arms{Eigen::Vector3d(1, 3, 0), Eigen::Vector3d(0.5, 1, 2)};
  arms.shared = 0.25;
  const StudyEffects effects = DifferencesToBase(arms);
  EXPECT_EQ(effects.effects, Eigen::Vector2d(2, -1));
  // 0.5 + 1 + 0.25 * 4, 0.5 - 0.25 * 2, 0.5 + 2 + 0.25.
  EXPECT_EQ(effects.covariance,
            (Eigen::Matrix2d() << 2.5, 0, 0, 2.75).finished());
}

}  // namespace
}  // namespace tidemark::nma
