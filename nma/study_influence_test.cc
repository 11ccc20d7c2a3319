#include "nma/study_influence.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "Eigen/Dense"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"
#include "nma/without_study.h"

namespace tidemark::nma {
namespace {

std::vector<StudyInfluence> InfluenceOf(
    const std::vector<StudyEffects>& studies) {
  const FitOptions options;
  const NetworkFit fit = FitNetwork(studies, options).value();
  const InfluenceOfStudies influence(studies, fit);
  std::vector<StudyInfluence> results;
  EXPECT_OK(
      LeaveOutEach(studies, fit, options,
                   [&](int s, const absl::StatusOr<WithoutStudy>& without) {
                     results.push_back(without.ok() ? influence.Of(s, *without)
                                                    : influence.LeverageOf(s));
                     return absl::OkStatus();
                   }));
  return results;
}

class StudyInfluenceTest : public ::testing::TestWithParam<int> {
 protected:
  const std::vector<StudyEffects> studies_ = RandomNetwork(
      4 + GetParam() % 5, 14, static_cast<std::uint32_t>(GetParam()));
};

TEST_P(StudyInfluenceTest, LeveragesAddUpToTheTreatmentsLessOne) {
  double common = 0;
  double random = 0;
  for (const StudyInfluence& influence : InfluenceOf(studies_)) {
    common += influence.leverage_common;
    random += influence.leverage_random;
  }
  EXPECT_NEAR(common, 3 + GetParam() % 5, 1e-9);
  EXPECT_NEAR(random, 3 + GetParam() % 5, 1e-9);
}

void ExpectSame(const StudyInfluence& actual, const StudyInfluence& expected) {
  EXPECT_NEAR(actual.leverage_common, expected.leverage_common, 1e-8);
  EXPECT_NEAR(actual.leverage_random, expected.leverage_random, 1e-8);
  ASSERT_EQ(actual.residual.has_value(), expected.residual.has_value());
  if (expected.residual.has_value()) {
    EXPECT_NEAR(actual.residual->distance, expected.residual->distance,
                1e-7 * (1 + expected.residual->distance));
    EXPECT_EQ(actual.residual->df, expected.residual->df);
  }
  ASSERT_EQ(actual.cooks_distance.has_value(),
            expected.cooks_distance.has_value());
  if (!expected.cooks_distance.has_value()) return;
  EXPECT_NEAR(*actual.cooks_distance, *expected.cooks_distance,
              1e-7 * (1 + *expected.cooks_distance));
  EXPECT_NEAR(*actual.covariance_ratio, *expected.covariance_ratio,
              1e-7 * *expected.covariance_ratio);
}

TEST_P(StudyInfluenceTest, DependsOnNeitherUnitsNorNames) {
  const std::vector<StudyInfluence> expected = InfluenceOf(studies_);
  const std::vector<StudyInfluence> scaled =
      InfluenceOf(Rescaled(studies_, 100));
  const std::vector<StudyInfluence> renamed =
      InfluenceOf(Renamed(studies_, ReversingNames(studies_)));
  ASSERT_EQ(scaled.size(), expected.size());
  ASSERT_EQ(renamed.size(), expected.size());
  for (size_t s = 0; s < expected.size(); ++s) {
    SCOPED_TRACE(s);
    ExpectSame(scaled[s], expected[s]);
    ExpectSame(renamed[s], expected[s]);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StudyInfluenceTest, ::testing::Range(0, 20));

// Two studies of two treatments without heterogeneity, in closed form.
TEST(OneStudyTest, OfTwoStudies) {
  const auto influences = InfluenceOf(
      {TwoArms("1", "A", "B", 0.1, 1), TwoArms("2", "A", "B", 0.4, 3)});
  // Without the first the estimate is 0.4 with variance 3 and was 0.175 with
  // variance 3/4.
  const StudyInfluence& first = influences[0];
  EXPECT_NEAR(first.leverage_common, 0.75, 1e-12);
  EXPECT_NEAR(first.leverage_random, 0.75, 1e-12);
  EXPECT_NEAR(first.residual->z.value(), -0.3 / 2, 1e-12);
  EXPECT_NEAR(first.residual->p, std::erfc(0.15 / std::sqrt(2)), 1e-12);
  EXPECT_NEAR(first.cooks_distance.value(), 0.225 * 0.225 / 0.75, 1e-12);
  EXPECT_NEAR(first.covariance_ratio.value(), 4, 1e-12);
}

// What the others cannot say is absent; the rest is there.
TEST(OneStudyTest, OfABridgeIsItsLeverage) {
  const auto influences =
      InfluenceOf({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "B", "C", 1, 2),
                   TwoArms("3", "B", "C", 2, 2)});
  EXPECT_NEAR(influences[0].leverage_random, 1, 1e-12);
  EXPECT_FALSE(influences[0].residual.has_value());
  EXPECT_FALSE(influences[0].cooks_distance.has_value());
  EXPECT_FALSE(influences[0].covariance_ratio.has_value());
  EXPECT_TRUE(influences[1].cooks_distance.has_value());
}

// Of three arms, the others connect two: they are compared, as two arms are.
TEST(OneStudyTest, OfThreeArmsIsTheContrastThatTheOthersKnow) {
  StudyEffects three{
      "1", {"A", "B", "C"}, Eigen::VectorXd(2), Eigen::MatrixXd(2, 2)};
  three.effects << 1, 3;
  three.covariance << 2, 1, 1, 4;
  const auto influences = InfluenceOf({three, TwoArms("2", "B", "C", 0.5, 3)});
  ASSERT_TRUE(influences[0].residual.has_value());
  EXPECT_EQ(influences[0].residual->df, 1);
  // C - B of the study: 2 with variance 2 + 4 - 2; of the other 0.5, variance
  // 3.
  EXPECT_NEAR(influences[0].residual->z.value(), 1.5 / std::sqrt(7), 1e-12);
  EXPECT_FALSE(influences[0].cooks_distance.has_value());
}

TEST(OneStudyTest, OfTheOnlyStudyIsAllEvidence) {
  const auto influences = InfluenceOf({TwoArms("1", "A", "B", 1, 1)});
  ASSERT_EQ(influences.size(), 1);
  EXPECT_NEAR(influences[0].leverage_common, 1, 1e-12);
  EXPECT_FALSE(influences[0].residual.has_value());
}

}  // namespace
}  // namespace tidemark::nma
