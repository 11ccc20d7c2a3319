#include "nma/direct_evidence.h"

#include <cmath>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr double kTolerance = 1e-14;

// B and C against A; B minus C is -2 with variance 0.5 + 0.7 - 0.4 = 0.8.
StudyEffects ThreeArms() {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 0.5, 0.2, 0.2, 0.7;
  return {"1", {"A", "B", "C"}, Eigen::Vector2d(1, 3), covariance};
}

TEST(DirectEvidenceTest, PoolsEveryStudyWithBothTreatments) {
  const std::vector<StudyEffects> studies = {ThreeArms(),
                                             TwoArms("2", "B", "C", 4, 0.2)};
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, {}));
  ASSERT_OK_AND_ASSIGN(const auto pairs, PoolDirectEvidence(studies, fit));
  ASSERT_EQ(pairs.size(), 3);  // AB, AC, BC

  EXPECT_EQ(pairs[0].first, 0);
  EXPECT_EQ(pairs[0].second, 1);
  EXPECT_EQ(pairs[0].studies, 1);
  EXPECT_EQ(pairs[0].common.effect, -1);  // A minus B
  EXPECT_NEAR(pairs[0].common.se, std::sqrt(0.5), kTolerance);
  EXPECT_EQ(pairs[1].common.effect, -3);
  EXPECT_NEAR(pairs[1].common.se, std::sqrt(0.7), kTolerance);

  EXPECT_EQ(pairs[2].studies, 2);
  EXPECT_NEAR(pairs[2].common.effect, (-2 / 0.8 - 4 / 0.2) / (1 / 0.8 + 5),
              kTolerance);
  EXPECT_NEAR(pairs[2].common.se, std::sqrt(1 / (1 / 0.8 + 5)), kTolerance);
}

TEST(DirectEvidenceTest, RandomEffectsAddTau2ToEveryContrast) {
  const std::vector<StudyEffects> studies = {ThreeArms(),
                                             TwoArms("2", "B", "C", 9, 0.2)};
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, {}));
  const double tau2 = fit.heterogeneity[0].tau2;
  ASSERT_GT(tau2, 1);
  ASSERT_OK_AND_ASSIGN(const auto pairs, PoolDirectEvidence(studies, fit));
  EXPECT_NEAR(pairs[0].random.se, std::sqrt(0.5 + tau2), kTolerance);
  const double weight = 1 / (0.8 + tau2) + 1 / (0.2 + tau2);
  EXPECT_NEAR(pairs[2].random.se, std::sqrt(1 / weight), kTolerance);
  EXPECT_NEAR(pairs[2].random.effect,
              (-2 / (0.8 + tau2) - 9 / (0.2 + tau2)) / weight, 10 * kTolerance);
}

TEST(DirectEvidenceTest, EachComponentHasItsOwnTau2) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 0, 1),
                                             TwoArms("2", "A", "B", 9, 1),
                                             TwoArms("3", "C", "D", 0, 1)};
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, {}));
  ASSERT_OK_AND_ASSIGN(const auto pairs, PoolDirectEvidence(studies, fit));
  ASSERT_EQ(pairs.size(), 2);
  EXPECT_GT(pairs[0].random.se, pairs[0].common.se);
  EXPECT_EQ(pairs[1].random.se, pairs[1].common.se);
}

TEST(CompareWithDirectTest, TestsTheDifference) {
  ASSERT_OK_AND_ASSIGN(const IndirectEvidence evidence,
                       CompareWithDirect({1, 3}, {11, 4}));
  EXPECT_EQ(evidence.estimate.effect, 1);
  EXPECT_EQ(evidence.difference.effect, 10);
  EXPECT_EQ(evidence.difference.se, 5);
  EXPECT_EQ(evidence.difference.z, 2);
  EXPECT_NEAR(evidence.difference.p, std::erfc(std::sqrt(2)), kTolerance);
}

TEST(CompareWithDirectTest, RefusesWhatIsNotFinite) {
  EXPECT_THAT(
      CompareWithDirect({1e308, 1}, {-1e308, 1}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not finite")));
}

}  // namespace
}  // namespace tidemark::nma
