#include "nma/contrast_effects.h"

#include <cmath>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

TEST(ContrastEffectsTest, OneContrastIsTakenAsItIs) {
  ASSERT_OK_AND_ASSIGN(const StudyEffects effects,
                       EffectsFromContrasts("S", {{"A", "B", -0.4, 0.5}}));
  EXPECT_THAT(effects.treatments, ElementsAre("A", "B"));
  EXPECT_EQ(effects.effects[0], 0.4);  // B minus A
  EXPECT_EQ(effects.covariance(0, 0), 0.25);
}

TEST(ContrastEffectsTest, CovarianceIsTheVarianceOfTheBaseArm) {
  // Arm variances 1, 2 and 3.
  ASSERT_OK_AND_ASSIGN(
      const StudyEffects effects,
      EffectsFromContrasts("S", {{"B", "A", 1, std::sqrt(3)},
                                 {"C", "A", 3, 2},
                                 {"C", "B", 2, std::sqrt(5)}}));
  EXPECT_TRUE(effects.effects.isApprox(Eigen::Vector2d(1, 3), 1e-14));
  EXPECT_TRUE(effects.covariance.isApprox(
      (Eigen::Matrix2d() << 3, 1, 1, 4).finished(), 1e-14));
}

TEST(ContrastEffectsTest, OrientationOfRowsDoesNotMatter) {
  ASSERT_OK_AND_ASSIGN(
      const StudyEffects one,
      EffectsFromContrasts(
          "S", {{"B", "A", 1, 1}, {"C", "A", 3, 1}, {"C", "B", 2, 1}}));
  ASSERT_OK_AND_ASSIGN(
      const StudyEffects other,
      EffectsFromContrasts(
          "S", {{"B", "C", -2, 1}, {"A", "B", -1, 1}, {"C", "A", 3, 1}}));
  EXPECT_EQ(one.effects, other.effects);
  EXPECT_EQ(one.covariance, other.covariance);
}

TEST(ContrastEffectsTest, ProjectsRoundedRowsOntoConsistency) {
  // Equal weights share the gap of 0.03 evenly: a third for each row.
  ASSERT_OK_AND_ASSIGN(
      const StudyEffects effects,
      EffectsFromContrasts(
          "S", {{"B", "A", 1, 1}, {"C", "A", 3.03, 1}, {"C", "B", 2, 1}}));
  EXPECT_NEAR(effects.effects[0], 1.01, 1e-14);
  EXPECT_NEAR(effects.effects[1], 3.02, 1e-14);
}

TEST(ContrastEffectsTest, PreciseRowsMoveLessInTheProjection) {
  // Arm variances 0.01, 0.01 and 1: "B" minus "A" is known far better.
  const double far = std::sqrt(1.01);
  ASSERT_OK_AND_ASSIGN(
      const StudyEffects effects,
      EffectsFromContrasts("S", {{"B", "A", 1, std::sqrt(0.02)},
                                 {"C", "A", 3.03, far},
                                 {"C", "B", 2, far}}));
  EXPECT_NEAR(effects.effects[0], 1, 1e-3);
  EXPECT_NEAR(effects.effects[1], 3.015, 1e-3);
}

TEST(ContrastEffectsTest, RefusesRowsThatContradictEachOther) {
  for (const double unit : {1e-6, 1.0, 1e6}) {
    EXPECT_THAT(EffectsFromContrasts("S", {{"B", "A", 1 * unit, unit},
                                           {"C", "A", 4 * unit, unit},
                                           {"C", "B", 2 * unit, unit}}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("study \"S\""),
                               HasSubstr("contradict each other"))));
  }
}

TEST(ContrastEffectsTest, RefusesNegativeArmVariances) {
  // v(B,C) is more than v(A,B) + v(A,C).
  EXPECT_THAT(
      EffectsFromContrasts(
          "S", {{"B", "A", 1, 1}, {"C", "A", 3, 1}, {"C", "B", 2, 1.5}}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("study \"S\""),
                     HasSubstr("arm \"A\" the negative variance -0.125"))));
}

TEST(ContrastEffectsTest, RefusesASingularCovariance) {
  // "A" and "B" have no variance at all.
  EXPECT_THAT(
      EffectsFromContrasts(
          "S", {{"B", "A", 0, 1e-200}, {"C", "A", 3, 1}, {"C", "B", 3, 1}}),
      StatusIs(
          absl::StatusCode::kInvalidArgument,
          AllOf(HasSubstr("study \"S\""), HasSubstr("positive definite"))));
}

}  // namespace
}  // namespace tidemark::nma
