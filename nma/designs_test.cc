#include "nma/designs.h"

#include <string>
#include <vector>

#include "Eigen/Dense"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/study_block.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

StudyEffects ThreeArms(const std::string& id) {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 0.5, 0.2, 0.2, 0.7;
  return {id, {"A", "B", "C"}, Eigen::Vector2d(1, 2), covariance};
}

using Studies = std::vector<StudyEffects>;

std::vector<const StudyEffects*> Pointers(const Studies& studies) {
  std::vector<const StudyEffects*> pointers;
  for (const StudyEffects& study : studies) pointers.push_back(&study);
  return pointers;
}

PooledDesign Pool(const Studies& studies, double tau2) {
  PooledDesign pooled;
  PoolDesign(Pointers(studies), tau2, &pooled);
  return pooled;
}

double Tau2Within(const Studies& studies) {
  const PooledDesign pooled = Pool(studies, /*tau2=*/0);
  return WithinDesignTau2(pooled.q_within, pooled.df_within,
                          TraceWithin(Pointers(studies)));
}

TEST(DesignsTest, PoolsByInverseVariance) {
  const PooledDesign pooled =
      Pool({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "A", "B", 2, 0.5)},
           /*tau2=*/0);
  EXPECT_NEAR(pooled.effects[0], 5.0 / 3, 1e-15);
  EXPECT_NEAR(pooled.weight(0, 0), 3, 1e-15);
  EXPECT_NEAR(pooled.q_within, 2.0 / 3, 1e-15);
  EXPECT_EQ(pooled.df_within, 1);
}

TEST(DesignsTest, OneStudyIsItsOwnEstimate) {
  const PooledDesign pooled = Pool({ThreeArms("1")}, /*tau2=*/0.3);
  EXPECT_EQ(pooled.effects, ThreeArms("1").effects);
  EXPECT_TRUE(pooled.weight.inverse().isApprox(
      ThreeArms("1").covariance + 0.3 * HeterogeneityStructure(2), 1e-14));
  EXPECT_EQ(pooled.q_within, 0);
  EXPECT_EQ(pooled.df_within, 0);
  EXPECT_EQ(Tau2Within({ThreeArms("1")}), 0);
}

TEST(DesignsTest, EqualMultiArmStudiesDoubleTheWeight) {
  const PooledDesign one = Pool({ThreeArms("1")}, /*tau2=*/0.3);
  const PooledDesign two = Pool({ThreeArms("1"), ThreeArms("2")}, /*tau2=*/0.3);
  EXPECT_TRUE(two.weight.isApprox(2 * one.weight, 1e-14));
  EXPECT_TRUE(two.effects.isApprox(one.effects, 1e-14));
  EXPECT_EQ(two.df_within, 2);
}

// Each case of two arms has a way of its own; the result of a design pooled
// before must not show.
TEST(DesignsTest, WritesOverWhatWasPooledBefore) {
  PooledDesign pooled = Pool({ThreeArms("1"), ThreeArms("2")}, /*tau2=*/0);
  const Studies studies = {TwoArms("1", "A", "B", 1, 1),
                           TwoArms("2", "A", "B", 2, 0.5)};
  for (int repeat = 0; repeat < 2; ++repeat) {
    PoolDesign(Pointers(studies), /*tau2=*/0, &pooled);
    EXPECT_EQ(pooled.effects, Pool(studies, 0).effects);
    EXPECT_EQ(pooled.weight, Pool(studies, 0).weight);
    EXPECT_EQ(pooled.q_within, Pool(studies, 0).q_within);
    EXPECT_EQ(pooled.df_within, 1);
  }
}

// For two studies of two arms Q = d^2 / (v1 + v2) and the trace is
// 2 / (v1 + v2), so that tau^2 = (d^2 - v1 - v2) / 2.
TEST(DesignsTest, Tau2WithinKeepsItsDigitsWhereWeightsDiffer) {
  for (const double variance : {1e-12, 1e-6, 1.0, 2.0}) {
    const double expected = (9 - variance - 0.5) / 2;
    EXPECT_NEAR(Tau2Within({TwoArms("1", "A", "B", 1, variance),
                            TwoArms("2", "A", "B", 4, 0.5)}),
                expected, 1e-14 * expected)
        << variance;
  }
}

// tr(P V0) = tr(W V0) - tr(W (sum W)^-1 W V0), written out.
TEST(DesignsTest, TraceWithinOfMultiArmStudiesIsThatOfTheirResiduals) {
  Studies studies = {ThreeArms("1"), ThreeArms("2"), ThreeArms("3")};
  studies[1].covariance *= 3;
  studies[2].covariance(1, 1) = 2;
  const Eigen::Matrix2d v = Pool(studies, 0).weight.inverse();
  double expected = 0;
  for (const StudyEffects& study : studies) {
    const Eigen::Matrix2d w = study.covariance.inverse();
    expected += TraceTimesStructure(w - w * v * w);
  }
  EXPECT_NEAR(TraceWithin(Pointers(studies)), expected, 1e-13 * expected);
}

TEST(DesignsTest, Tau2WithinIsNotNegative) {
  EXPECT_EQ(
      Tau2Within({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "A", "B", 1, 1)}),
      0);
}

}  // namespace
}  // namespace tidemark::nma
