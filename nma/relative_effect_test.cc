#include "nma/relative_effect.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "nma/student_t.h"

namespace tidemark::nma {
namespace {

constexpr double kNormal = 1.959963984540054;
double T12() { return StudentTTwoSidedQuantile(0.95, 12); }

TEST(RelativeEffectTest, CommonEffectIsNormal) {
  const RelativeEffect relative =
      MakeRelativeEffect(1, 0.25, CommonEffectIntervals(0.95));
  EXPECT_EQ(relative.se, 0.5);
  EXPECT_NEAR(relative.confidence->lower, 1 - kNormal / 2, 1e-15);
  EXPECT_NEAR(relative.confidence->upper, 1 + kNormal / 2, 1e-15);
  EXPECT_EQ(relative.test->statistic, 2);
  EXPECT_NEAR(relative.test->p, 0.04550026389635842, 1e-16);
  EXPECT_FALSE(relative.prediction.has_value());
}

TEST(RelativeEffectTest, NormalIntervalsOfRandomEffectsPredictByT) {
  const RelativeEffect relative = MakeRelativeEffect(
      1, 0.25,
      RandomEffectsIntervals({0.11, 12, 2.0}, IntervalMethod::kNormal, 0.95));
  EXPECT_EQ(relative.se, 0.5);
  EXPECT_NEAR(relative.confidence->lower, 1 - kNormal / 2, 1e-15);
  EXPECT_NEAR(relative.prediction->lower, 1 - T12() * 0.6, 1e-15);
  EXPECT_NEAR(relative.prediction->upper, 1 + T12() * 0.6, 1e-15);
}

TEST(RelativeEffectTest, StudentTHasTheSameStandardError) {
  const RelativeEffect relative = MakeRelativeEffect(
      1, 0.25,
      RandomEffectsIntervals({0.11, 12, 2.0}, IntervalMethod::kStudentT, 0.95));
  EXPECT_EQ(relative.se, 0.5);
  EXPECT_NEAR(relative.confidence->lower, 1 - T12() / 2, 1e-15);
  EXPECT_EQ(relative.test->statistic, 2);
  EXPECT_EQ(relative.test->p, 2 * StudentTTail(2, 12));
}

TEST(RelativeEffectTest, HartungKnappScalesTheStandardErrorOnly) {
  for (const double scale : {2.25, 0.16}) {  // also below 1
    const RelativeEffect relative = MakeRelativeEffect(
        1, 0.25,
        RandomEffectsIntervals({0.11, 12, scale}, IntervalMethod::kHartungKnapp,
                               0.95));
    EXPECT_NEAR(relative.se, 0.5 * std::sqrt(scale), 1e-15);
    EXPECT_NEAR(relative.confidence->upper, 1 + T12() * relative.se, 1e-15);
    EXPECT_NEAR(relative.test->statistic, 1 / relative.se, 1e-15);
    EXPECT_EQ(relative.test->p, 2 * StudentTTail(1 / relative.se, 12));
    EXPECT_NEAR(relative.prediction->upper, 1 + T12() * 0.6, 1e-15);
  }
}

void ExpectNoInterval(const RandomEffectsBasis& basis, IntervalMethod method) {
  const RelativeEffect relative =
      MakeRelativeEffect(1, 0.25, RandomEffectsIntervals(basis, method, 0.95));
  EXPECT_EQ(relative.se, 0.5);
  EXPECT_FALSE(relative.confidence.has_value());
  EXPECT_FALSE(relative.test.has_value());
}

TEST(RelativeEffectTest, WithoutDegreesOfFreedomThereIsNoT) {
  ExpectNoInterval({0, 0, std::nullopt}, IntervalMethod::kStudentT);
  ExpectNoInterval({0, 0, std::nullopt}, IntervalMethod::kHartungKnapp);
  const IntervalRule normal = RandomEffectsIntervals(
      {0, 0, std::nullopt}, IntervalMethod::kNormal, 0.95);
  EXPECT_TRUE(MakeRelativeEffect(1, 0.25, normal).confidence.has_value());
}

TEST(RelativeEffectTest, APerfectFitHasNoHartungKnappInterval) {
  ExpectNoInterval({0, 12, 0.0}, IntervalMethod::kHartungKnapp);
}

TEST(RelativeEffectTest, PredictionNeedsTwoDegreesOfFreedom) {
  const auto prediction = [](int df) {
    return MakeRelativeEffect(1, 0.25,
                              RandomEffectsIntervals(
                                  {0.1, df, 1.0}, IntervalMethod::kNormal, 0.9))
        .prediction;
  };
  EXPECT_FALSE(prediction(0).has_value());
  EXPECT_FALSE(prediction(1).has_value());
  EXPECT_TRUE(prediction(2).has_value());
}

TEST(RelativeEffectTest, OfATreatmentToItselfIsExactlyNothing) {
  const RelativeEffect relative = MakeRelativeEffect(
      0, 0,
      RandomEffectsIntervals({1, 5, 1.0}, IntervalMethod::kStudentT, 0.9));
  EXPECT_EQ(relative.confidence->lower, 0);
  EXPECT_EQ(relative.confidence->upper, 0);
  EXPECT_EQ(relative.test->p, 1);
  EXPECT_FALSE(relative.prediction.has_value());
}

TEST(RelativeEffectTest, WhatIsBeyondDoubleIsAbsent) {
  const double max = std::numeric_limits<double>::max();
  const RelativeEffect far =
      MakeRelativeEffect(max, max, CommonEffectIntervals(0.95));
  EXPECT_TRUE(far.confidence.has_value());
  EXPECT_TRUE(far.test.has_value());
  const RelativeEffect sharp =
      MakeRelativeEffect(max, 1e-300, CommonEffectIntervals(0.95));
  EXPECT_FALSE(sharp.test.has_value());
  const RelativeEffect wide = MakeRelativeEffect(
      max, max,
      RandomEffectsIntervals({max, 1, max}, IntervalMethod::kHartungKnapp,
                             1 - 1e-15));
  EXPECT_FALSE(wide.confidence.has_value());
}

}  // namespace
}  // namespace tidemark::nma
