#include "nma/coherence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr double kTolerance = 1e-12;  // well conditioned networks

// The loop A-B-C does not close by 2; its variances add up to 1.
std::vector<StudyEffects> Triangle() {
  return {TwoArms("1", "A", "B", 1, 0.2), TwoArms("2", "B", "C", 2, 0.3),
          TwoArms("3", "A", "C", 5, 0.5)};
}

std::vector<StudyEffects> OtherTriangle() {
  return {TwoArms("4", "D", "E", 1, 0.25), TwoArms("5", "E", "F", 1, 0.25),
          TwoArms("6", "D", "F", 3, 0.5)};
}

std::vector<StudyEffects> operator+(std::vector<StudyEffects> a,
                                    const std::vector<StudyEffects>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Coherence Decompose(const std::vector<StudyEffects>& studies) {
  const absl::StatusOr<Coherence> coherence = DecomposeQ(studies);
  EXPECT_OK(coherence);
  return *coherence;
}

std::vector<DesignCoherence> ByDesign(
    const std::vector<StudyEffects>& studies) {
  const auto designs = DecomposeQByDesign(studies);
  EXPECT_OK(designs);
  return *designs;
}

void ExpectNone(const QTest& test) {
  EXPECT_EQ(test.q, 0);
  EXPECT_EQ(test.df, 0);
  EXPECT_FALSE(test.p.has_value());
}

TEST(CoherenceTest, OfATriangleIsItsLoop) {
  const Coherence coherence = Decompose(Triangle());
  EXPECT_NEAR(coherence.common.between.q, 4, kTolerance);
  EXPECT_EQ(coherence.common.between.df, 1);
  EXPECT_NEAR(*coherence.common.between.p, std::erfc(std::sqrt(2)), kTolerance);
  ExpectNone(coherence.common.within);
  EXPECT_EQ(coherence.common.total.q, coherence.common.between.q);
  EXPECT_EQ(coherence.components[0].tau2_within, 0);
  EXPECT_EQ(coherence.random.between.q, coherence.common.between.q);

  // The residual of each side is 2 v, since the v add up to 1.
  const std::vector<DesignCoherence> designs = ByDesign(Triangle());
  ASSERT_EQ(designs.size(), 3);  // AB, AC, BC
  EXPECT_NEAR(designs[0].common.between, 4 * 0.2, kTolerance);
  EXPECT_NEAR(designs[1].common.between, 4 * 0.5, kTolerance);
  EXPECT_NEAR(designs[2].common.between, 4 * 0.3, kTolerance);
  for (const DesignCoherence& design : designs) {
    EXPECT_EQ(design.studies, 1);
    ExpectNone(design.common.within);
    ExpectNone(design.common.between_detached);
  }
}

// Two studies of A and B with effects 1 +- 1 and variances 0.4 pool to study
// "1" of the triangle; Q within is 2^2 / 0.8.
TEST(CoherenceTest, SeparatesWhatIsWithinADesign) {
  const std::vector<StudyEffects> studies = {
      TwoArms("1a", "A", "B", 0, 0.4), TwoArms("1b", "A", "B", 2, 0.4),
      TwoArms("2", "B", "C", 2, 0.3), TwoArms("3", "A", "C", 5, 0.5)};
  const Coherence coherence = Decompose(studies);
  EXPECT_NEAR(coherence.common.within.q, 5, kTolerance);
  EXPECT_EQ(coherence.common.within.df, 1);
  EXPECT_NEAR(coherence.common.between.q, 4, kTolerance);
  EXPECT_NEAR(coherence.common.total.q, 9, kTolerance);
  EXPECT_EQ(coherence.common.total.df, 2);
  EXPECT_NEAR(*coherence.common.total.p, std::exp(-4.5), kTolerance);

  // (2^2 - 0.4 - 0.4) / 2; then Q within is its expectation, 1.
  const double tau2 = coherence.components[0].tau2_within;
  EXPECT_NEAR(tau2, 1.6, kTolerance);
  EXPECT_NEAR(coherence.random.within.q, 1, kTolerance);
  EXPECT_NEAR(coherence.random.between.q, 4 / (1 + 2.5 * tau2), kTolerance);
  EXPECT_EQ(coherence.random.between.df, 1);

  const std::vector<DesignCoherence> designs = ByDesign(studies);
  EXPECT_EQ(designs[0].studies, 2);
  EXPECT_NEAR(designs[0].common.within.q, 5, kTolerance);
  EXPECT_NEAR(designs[0].random.within.q, 1, kTolerance);
}

TEST(CoherenceTest, OneMultiArmStudyIsCoherent) {
  const StudyEffects study = {"1",
                              {"A", "B", "C"},
                              Eigen::Vector2d(1, 2),
                              Eigen::Matrix2d::Identity() / 3};
  const Coherence coherence = Decompose({study});
  ExpectNone(coherence.common.total);
  ExpectNone(coherence.random.between);
  const std::vector<DesignCoherence> designs = ByDesign({study});
  ASSERT_EQ(designs.size(), 1);
  EXPECT_EQ(designs[0].common.between, 0);
  ExpectNone(designs[0].common.between_detached);
}

TEST(CoherenceTest, DetachingABridgeChangesNothing) {
  const std::vector<StudyEffects> bridge = {TwoArms("7", "A", "G", 2, 0.1),
                                            TwoArms("8", "A", "G", 4, 0.1)};
  for (const DesignCoherence& design : ByDesign(Triangle() + bridge)) {
    if (design.treatments[1] != "G") continue;
    EXPECT_NEAR(design.common.between, 0, 1e-25);
    EXPECT_NEAR(design.common.between_detached.q, 4, kTolerance);
    EXPECT_EQ(design.common.between_detached.df, 1);
    EXPECT_NEAR(design.common.within.q, 20, 20 * kTolerance);
  }
}

TEST(CoherenceTest, WhatFallsApartIsFittedInParts) {
  const std::vector<StudyEffects> bridge = {TwoArms("7", "C", "D", 2, 0.1)};
  const auto designs = ByDesign(Triangle() + OtherTriangle() + bridge);
  const auto cd =
      std::find_if(designs.begin(), designs.end(),
                   [](const auto& d) { return d.treatments[0] == "C"; });
  ASSERT_NE(cd, designs.end());
  EXPECT_NEAR(cd->common.between_detached.q, 5, kTolerance);
  EXPECT_EQ(cd->common.between_detached.df, 2);
}

TEST(CoherenceTest, ComponentsAreOnTheirOwnAndAddUp) {
  const std::vector<StudyEffects> repeat = {TwoArms("9", "E", "F", 4, 0.25)};
  const Coherence both = Decompose(OtherTriangle() + repeat + Triangle());
  const Coherence first = Decompose(Triangle());
  const Coherence second = Decompose(OtherTriangle() + repeat);
  ASSERT_EQ(both.components.size(), 2);
  EXPECT_EQ(both.components[0].random.between.q, first.random.between.q);
  EXPECT_EQ(both.components[1].random.between.q, second.random.between.q);
  EXPECT_EQ(both.components[0].tau2_within, 0);
  EXPECT_EQ(both.components[1].tau2_within, second.components[0].tau2_within);
  EXPECT_GT(both.components[1].tau2_within, 0);
  EXPECT_EQ(both.random.total.q, first.random.total.q + second.random.total.q);
  EXPECT_EQ(both.random.total.df, 3);
  EXPECT_NEAR(*both.common.between.p, std::exp(-both.common.between.q / 2),
              kTolerance);
  EXPECT_EQ(ByDesign(OtherTriangle() + Triangle())[3].component, 1);
}

TEST(CoherenceTest, KeepsItsDigitsWhereWeightsDiffer) {
  std::vector<StudyEffects> studies = Triangle();
  studies[0].covariance(0, 0) = 1e-12;
  studies[1].covariance(0, 0) = 1;
  studies[2].covariance(0, 0) = 1;
  EXPECT_NEAR(Decompose(studies).common.between.q, 4 / (2 + 1e-12), 1e-14);
}

TEST(CoherenceTest, RefusesNumbersWhoseSquaresAreNotFinite) {
  std::vector<StudyEffects> studies = Triangle();
  studies[0].effects[0] = 1e200;
  EXPECT_THAT(DecomposeQ(studies), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr("not finite")));
  EXPECT_THAT(
      DecomposeQByDesign(studies),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not finite")));
  studies[0].effects.resize(0);
  EXPECT_THAT(DecomposeQ(studies), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr("study \"1\"")));
}

TEST(CoherenceTest, OfNoStudyIsEmpty) {
  EXPECT_TRUE(Decompose({}).components.empty());
  EXPECT_TRUE(ByDesign({}).empty());
}

// The numbers of each design, by its treatments.
std::map<std::vector<std::string>, Eigen::VectorXd> Numbers(
    const std::vector<StudyEffects>& studies) {
  std::map<std::vector<std::string>, Eigen::VectorXd> numbers;
  for (const DesignCoherence& design : ByDesign(studies)) {
    std::vector<double> row;
    for (const DesignQ& q : {design.common, design.random}) {
      row.insert(row.end(),
                 {q.within.q, q.between, q.between_detached.q,
                  q.within.p.value_or(-1), q.between_detached.p.value_or(-1),
                  1.0 * q.within.df, 1.0 * q.between_detached.df});
    }
    numbers[design.treatments] =
        Eigen::Map<Eigen::VectorXd>(row.data(), row.size());
  }
  return numbers;
}

class CoherencePropertyTest : public ::testing::TestWithParam<int> {
 protected:
  const int treatments_ = GetParam();
  const std::vector<StudyEffects> studies_ = RandomRepeatedDesigns(
      treatments_, /*designs=*/treatments_ + 3, /*seed=*/treatments_);
  const Coherence coherence_ = Decompose(studies_);
};

TEST_P(CoherencePropertyTest, WithinAndBetweenAddUpToTheQOfTheFit) {
  const auto fit = FitNetwork(studies_, {});
  ASSERT_OK(fit);
  const Heterogeneity& expected = fit->heterogeneity[0];
  EXPECT_NEAR(coherence_.common.total.q, expected.q, kTolerance * expected.q);
  EXPECT_EQ(coherence_.common.total.df, expected.df);
  EXPECT_EQ(coherence_.common.total.df,
            coherence_.common.within.df + coherence_.common.between.df);
  double between = 0;
  for (const DesignCoherence& design : ByDesign(studies_)) {
    between += design.random.between;
    EXPECT_LE(design.random.between_detached.q,
              coherence_.random.between.q * (1 + kTolerance));
  }
  EXPECT_NEAR(between, coherence_.random.between.q, kTolerance * between);
}

TEST_P(CoherencePropertyTest, OrderOfStudiesChangesNothingAtAll) {
  const std::vector<StudyEffects> reversed(studies_.rbegin(), studies_.rend());
  EXPECT_EQ(Numbers(reversed), Numbers(studies_));
  EXPECT_EQ(Decompose(reversed).random.total.q, coherence_.random.total.q);
}

TEST_P(CoherencePropertyTest, UnitsDoNotMatter) {
  const ComponentCoherence& expected = coherence_.components[0];
  for (int k = -8; k <= 8; ++k) {
    const Coherence scaled = Decompose(Rescaled(studies_, std::pow(10, k)));
    EXPECT_NEAR(scaled.components[0].tau2_within * std::pow(100, -k),
                expected.tau2_within, kTolerance);
    EXPECT_NEAR(scaled.random.between.q, expected.random.between.q,
                kTolerance * expected.random.total.q);
    EXPECT_NEAR(scaled.random.within.q, expected.random.within.q,
                kTolerance * expected.random.total.q);
  }
}

TEST_P(CoherencePropertyTest, UnitsDoNotMatterByDesign) {
  const auto expected = Numbers(studies_);
  for (const double unit : {1e-8, 1e8}) {
    for (const auto& [design, numbers] : Numbers(Rescaled(studies_, unit))) {
      EXPECT_TRUE(numbers.isApprox(expected.at(design), kTolerance)) << unit;
    }
  }
}

TEST_P(CoherencePropertyTest, NamesOfTreatmentsDoNotMatter) {
  const std::map<std::string, std::string> names = ReversingNames(studies_);
  const auto renamed = Numbers(Renamed(studies_, names));
  for (const auto& [design, numbers] : Numbers(studies_)) {
    std::vector<std::string> treatments;
    for (const std::string& name : design) treatments.push_back(names.at(name));
    std::sort(treatments.begin(), treatments.end());
    EXPECT_TRUE(numbers.isApprox(renamed.at(treatments), kTolerance));
  }
}

INSTANTIATE_TEST_SUITE_P(Treatments, CoherencePropertyTest,
                         ::testing::Values(2, 3, 4, 6, 9, 14, 25, 40));

}  // namespace
}  // namespace tidemark::nma
