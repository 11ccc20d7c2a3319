#include "nma/designs.h"

#include <string>
#include <vector>

#include "Eigen/Core"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network.h"
#include "nma/study_block.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;

StudyEffects ThreeArms(const std::string& id) {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 0.5, 0.2, 0.2, 0.7;
  return {id, {"A", "B", "C"}, Eigen::Vector2d(1, 2), covariance};
}

std::vector<std::vector<Design>> DesignsOf(
    const std::vector<StudyEffects>& studies) {
  return GroupByDesign(BuildNetwork(studies));
}

TEST(DesignsTest, StudiesOfTheSameTreatmentsShareADesign) {
  const auto designs =
      DesignsOf({TwoArms("4", "B", "C", 4, 1), TwoArms("5", "D", "E", 5, 1),
                 TwoArms("3", "A", "C", 3, 1), ThreeArms("2"),
                 TwoArms("1", "B", "C", 1, 1)});
  ASSERT_EQ(designs.size(), 2);
  ASSERT_EQ(designs[0].size(), 3);
  EXPECT_THAT(designs[0][0].treatments, ElementsAre("A", "B", "C"));
  EXPECT_THAT(designs[0][1].treatments, ElementsAre("A", "C"));
  EXPECT_THAT(designs[0][2].treatments, ElementsAre("B", "C"));
  ASSERT_EQ(designs[0][2].studies.size(), 2);
  EXPECT_EQ(designs[0][2].studies[0].effects[0], 1);  // study "1"
  EXPECT_EQ(designs[0][2].studies[1].effects[0], 4);
  ASSERT_EQ(designs[1].size(), 1);
  EXPECT_THAT(designs[1][0].treatments, ElementsAre("D", "E"));
}

TEST(DesignsTest, PoolsByInverseVariance) {
  const auto designs =
      DesignsOf({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "A", "B", 2, 0.5)});
  const PooledDesign pooled = PoolDesign(designs[0][0], /*tau2=*/0);
  EXPECT_THAT(pooled.estimate.treatments, ElementsAre("A", "B"));
  EXPECT_NEAR(pooled.estimate.effects[0], 5.0 / 3, 1e-15);
  EXPECT_NEAR(pooled.estimate.covariance(0, 0), 1.0 / 3, 1e-15);
  EXPECT_NEAR(pooled.q_within, 2.0 / 3, 1e-15);
  EXPECT_EQ(pooled.df_within, 1);
}

TEST(DesignsTest, OneStudyIsItsOwnEstimate) {
  const auto designs = DesignsOf({ThreeArms("1")});
  const PooledDesign pooled = PoolDesign(designs[0][0], /*tau2=*/0.3);
  EXPECT_EQ(pooled.estimate.effects, ThreeArms("1").effects);
  EXPECT_EQ(pooled.estimate.covariance,
            ThreeArms("1").covariance + 0.3 * HeterogeneityStructure(2));
  EXPECT_EQ(pooled.q_within, 0);
  EXPECT_EQ(pooled.df_within, 0);
  EXPECT_EQ(WithinDesignTau2(designs[0]), 0);
}

TEST(DesignsTest, EqualMultiArmStudiesHalveTheCovariance) {
  const auto designs = DesignsOf({ThreeArms("1"), ThreeArms("2")});
  const PooledDesign pooled = PoolDesign(designs[0][0], /*tau2=*/0.3);
  EXPECT_TRUE(
      (2 * pooled.estimate.covariance)
          .isApprox(ThreeArms("1").covariance + 0.3 * HeterogeneityStructure(2),
                    1e-14));
  EXPECT_TRUE(pooled.estimate.effects.isApprox(ThreeArms("1").effects, 1e-14));
  EXPECT_EQ(pooled.df_within, 2);
}

// For two studies of two arms Q = d^2 / (v1 + v2) and the trace is
// 2 / (v1 + v2), so that tau^2 = (d^2 - v1 - v2) / 2.
TEST(DesignsTest, Tau2WithinKeepsItsDigitsWhereWeightsDiffer) {
  for (const double variance : {1e-12, 1e-6, 1.0, 2.0}) {
    const auto designs = DesignsOf(
        {TwoArms("1", "A", "B", 1, variance), TwoArms("2", "A", "B", 4, 0.5)});
    const double expected = (9 - variance - 0.5) / 2;
    EXPECT_NEAR(WithinDesignTau2(designs[0]), expected, 1e-14 * expected)
        << variance;
  }
}

TEST(DesignsTest, Tau2WithinIsNotNegative) {
  const auto designs =
      DesignsOf({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "A", "B", 1, 1)});
  EXPECT_EQ(WithinDesignTau2(designs[0]), 0);
}

}  // namespace
}  // namespace tidemark::nma
