#include "nma/baseline_effects.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;

constexpr double kRounding = 1e-14;

TEST(BaselineEffectsTest, TheSquareOfTheBaselineIsShared) {
  const StudyEffects effects = EffectsFromBaselineContrasts(
      "S", {"A", 1.0, {{"C", 3, 2}, {"B", 1, std::sqrt(3)}}});
  EXPECT_EQ(effects.study, "S");
  EXPECT_THAT(effects.treatments, ElementsAre("A", "B", "C"));
  EXPECT_EQ(effects.effects, Eigen::Vector2d(1, 3));
  EXPECT_TRUE(effects.covariance.isApprox(
      (Eigen::Matrix2d() << 3, 1, 1, 4).finished(), kRounding));
}

// Arm variances 1 (B), 2 (A) and 3 (C).
TEST(BaselineEffectsTest, ABaselineThatIsNotFirstIsTurnedAround) {
  const StudyEffects effects = EffectsFromBaselineContrasts(
      "S", {"B", 1.0, {{"A", -1, std::sqrt(3)}, {"C", 2, 2}}});
  EXPECT_THAT(effects.treatments, ElementsAre("A", "B", "C"));
  EXPECT_EQ(effects.effects, Eigen::Vector2d(1, 3));
  EXPECT_TRUE(effects.covariance.isApprox(
      (Eigen::Matrix2d() << 3, 2, 2, 5).finished(), kRounding));
}

TEST(BaselineEffectsTest, TwoArmsDoNotNeedTheBaseline) {
  const BaselineContrasts without{"B", std::nullopt, {{"A", -0.4, 0.3}}};
  BaselineContrasts with = without;
  with.baseline_se = 0.1;
  for (const BaselineContrasts& data : {without, with}) {
    const StudyEffects effects = EffectsFromBaselineContrasts("S", data);
    EXPECT_EQ(effects.effects[0], 0.4);
    EXPECT_EQ(effects.covariance(0, 0), 0.3 * 0.3);
  }
}

TEST(WithoutBaselineTest, TheOtherArmsKeepTheirVariances) {
  // Arm variances 4 (A), 5 (B), 12 (C) and 21 (D).
  const BaselineContrasts rest =
      WithoutBaseline({"A", 2.0, {{"B", 1, 3}, {"C", 3, 4}, {"D", -1, 5}}});
  EXPECT_EQ(rest.baseline, "B");
  EXPECT_NEAR(*rest.baseline_se, std::sqrt(5), kRounding);
  ASSERT_EQ(rest.contrasts.size(), 2);
  EXPECT_EQ(rest.contrasts[0].treatment, "C");
  EXPECT_EQ(rest.contrasts[0].effect, 2);
  EXPECT_NEAR(rest.contrasts[0].se, std::sqrt(17), kRounding);
  EXPECT_EQ(rest.contrasts[1].effect, -2);
  EXPECT_NEAR(rest.contrasts[1].se, std::sqrt(26), kRounding);
}

}  // namespace
}  // namespace tidemark::nma
