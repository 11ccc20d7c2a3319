#include "nma/standardized_mean.h"

#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

TEST(HedgesCorrectionTest, MatchesClosedFormsAtSmallDegreesOfFreedom) {
  // Gamma(1) / Gamma(1/2) and Gamma(3/2) / (sqrt(3/2) Gamma(1)).
  EXPECT_NEAR(HedgesCorrection(2), 1 / std::sqrt(M_PI), 1e-15);
  EXPECT_NEAR(HedgesCorrection(3), std::sqrt(M_PI) / 2 / std::sqrt(1.5), 1e-15);
}

TEST(HedgesCorrectionTest, ApproachesTheUsualApproximation) {
  for (const double m : {50.0, 1000.0, 1e6}) {
    EXPECT_NEAR(HedgesCorrection(m), 1 - 3 / (4 * m - 1), 1 / (m * m));
  }
}

TEST(CohensDTest, StandardizesByThePooledSdOfAllArms) {
  const std::vector<ContinuousArm> arms = {
      {"A", 1, 3, 11}, {"B", 2, 3, 21}, {"C", 4, 3, 31}};
  const ArmEstimates estimates = CohensD(arms);
  EXPECT_NEAR(estimates.value[2] - estimates.value[0], 1, 1e-15);
  EXPECT_EQ(estimates.variance[1], 1.0 / 21);
  EXPECT_EQ(estimates.shared, 1 / (2 * 63.0));
}

TEST(HedgesGTest, OfTwoArmsHasTheVarianceOfHedges) {
  const std::vector<ContinuousArm> arms = {{"A", 0, 1, 6}, {"B", 2, 1, 6}};
  const ArmEstimates estimates = HedgesG(arms);
  const double j = HedgesCorrection(10);
  EXPECT_NEAR(estimates.value[1] - estimates.value[0], 2 * j, 1e-15);
  EXPECT_NEAR(estimates.shared, 1 - 8 / (10 * j * j), 1e-15);
}

TEST(HedgesGTest, IsUnchangedByUnits) {
  const ArmEstimates one = HedgesG({{"A", 1, 3, 11}, {"B", 2, 4, 21}});
  const ArmEstimates other =
      HedgesG({{"A", 1e6, 3e6, 11}, {"B", 2e6, 4e6, 21}});
  EXPECT_TRUE(one.value.isApprox(other.value, 1e-14));
  EXPECT_NEAR(one.shared, other.shared, 1e-15);
}

// The estimator of the covariance is unbiased: over simulated studies of three
// small arms its mean is the covariance of the simulated g.
TEST(HedgesGTest, EstimatesItsCovarianceWithoutBias) {
  constexpr int kStudies = 400000;
  constexpr double kArmSize = 5;
  constexpr double kDelta[] = {0, 0.8, 1.5};
  std::mt19937_64 engine(20240229);
  std::normal_distribution<double> error(0, 1 / std::sqrt(kArmSize));
  std::chi_squared_distribution<double> chi_square(3 * (kArmSize - 1));
  double sum1 = 0, sum2 = 0, product = 0, estimate = 0;
  for (int s = 0; s < kStudies; ++s) {
    const double sd = std::sqrt(chi_square(engine) / (3 * (kArmSize - 1)));
    std::vector<ContinuousArm> arms;
    for (const double delta : kDelta) {
      arms.push_back({"", delta + error(engine), sd, kArmSize});
    }
    const ArmEstimates g = HedgesG(arms);
    const double g1 = g.value[1] - g.value[0];
    const double g2 = g.value[2] - g.value[0];
    sum1 += g1;
    sum2 += g2;
    product += g1 * g2;
    estimate += g.variance[0] + g.shared * g1 * g2;
  }
  // Standard errors of these means are below 0.0012.
  EXPECT_NEAR(sum1 / kStudies, kDelta[1], 0.005);
  EXPECT_NEAR(sum2 / kStudies, kDelta[2], 0.005);
  const double covariance =
      product / kStudies - (sum1 / kStudies) * (sum2 / kStudies);
  EXPECT_NEAR(estimate / kStudies, covariance, 0.005);
}

}  // namespace
}  // namespace tidemark::nma
