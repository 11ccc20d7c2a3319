#include "review/compare_estimates.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/estimation.h"
#include "review/relative_effects.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::Gt;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using ::testing::Lt;
using testing::StatusIs;
using Edit = std::function<void(v1::Estimate&)>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Two trials of the same pair, and one of another: p_q of one component is set.
v1::Estimate ToyEstimate() {
  using Arms = std::vector<nma::ContinuousArm>;
  const std::vector<nma::Study> studies = {
      {"Alpha", Arms{{"ha", 42, 21, 15}, {"msc1", 30, 20, 15}}},
      {"Beta", Arms{{"ha", 40, 8, 80}, {"msc1", 12, 9, 90}}},
      {"Gamma", Arms{{"placebo", 44, 21, 30}, {"saline", 41, 20, 31}}},
  };
  const auto estimate = EstimateStudies(studies, testing::PainAnalysis(), true);
  EXPECT_OK(estimate);
  return estimate.value_or(v1::Estimate());
}

absl::StatusOr<double> DeviationAfter(const Edit& edit) {
  v1::Estimate stored = ToyEstimate();
  edit(stored);
  return LargestDeviation(stored, ToyEstimate());
}

TEST(LargestDeviationTest, OfTheSameEstimateIsZero) {
  EXPECT_THAT(LargestDeviation(ToyEstimate(), ToyEstimate()), IsOkAndHolds(0));
  EXPECT_THAT(LargestDeviation(v1::Estimate(), v1::Estimate()),
              IsOkAndHolds(0));
}

TEST(LargestDeviationTest, BuildAndInputsAreForOthersToCompare) {
  EXPECT_THAT(DeviationAfter([](auto& e) {
                e.set_engine_build("older");
                e.set_inputs_digest("other");
              }),
              IsOkAndHolds(0));
}

TEST(LargestDeviationTest, LastBitsAreTheSameNumber) {
  EXPECT_THAT(DeviationAfter([](auto& e) {
                e.mutable_random()->set_effects(
                    1, e.random().effects(1) * (1 + 1e-14));
                e.set_q(e.q() * (1 + 1e-14));
              }),
              IsOkAndHolds(Lt(kSameEstimate)));
}

class NumberTest : public ::testing::TestWithParam<Edit> {};

TEST_P(NumberTest, EveryNumberIsCompared) {
  EXPECT_THAT(DeviationAfter(GetParam()), IsOkAndHolds(Gt(kSameEstimate)));
}

INSTANTIATE_TEST_SUITE_P(
    Changed, NumberTest,
    ::testing::Values(
        [](auto& e) { e.mutable_common()->set_effects(1, 99); },
        [](auto& e) { e.mutable_common()->set_pair_variances(0, 99); },
        [](auto& e) { e.mutable_random()->set_effects(1, 99); },
        [](auto& e) { e.mutable_random()->set_pair_variances(0, 99); },
        [](auto& e) { e.set_q(99); }, [](auto& e) { e.set_p_q(0.99); },
        [](auto& e) { e.set_i2(0.01); },
        [](auto& e) { e.mutable_p_scores(0)->set_common(0.5); },
        [](auto& e) { e.mutable_p_scores(0)->set_random(0.5); },
        [](auto& e) { e.mutable_component_heterogeneity(0)->set_q(99); },
        [](auto& e) { e.mutable_component_heterogeneity(0)->set_p_q(0.99); },
        [](auto& e) { e.mutable_component_heterogeneity(0)->set_i2(0.01); },
        [](auto& e) { e.mutable_component_heterogeneity(0)->set_tau2(0.01); }));

// NaN compares false with everything: a forged estimate must not hide in that.
INSTANTIATE_TEST_SUITE_P(
    NotFinite, NumberTest,
    ::testing::Values(
        [](auto& e) { e.mutable_random()->set_effects(1, kNan); },
        [](auto& e) { e.mutable_random()->set_effects(1, kInfinity); },
        [](auto& e) { e.mutable_common()->set_pair_variances(0, kNan); },
        [](auto& e) { e.mutable_common()->set_pair_variances(0, -kInfinity); },
        [](auto& e) { e.set_q(kNan); }, [](auto& e) { e.set_p_q(kInfinity); },
        [](auto& e) { e.mutable_p_scores(0)->set_common(kNan); },
        [](auto& e) {
          e.mutable_component_heterogeneity(0)->set_tau2(kInfinity);
        }));

class OtherThanNumberTest : public ::testing::TestWithParam<Edit> {};

TEST_P(OtherThanNumberTest, MustBeTheSameToTheLetter) {
  EXPECT_THAT(DeviationAfter(GetParam()),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("the stored estimate is not the recomputed "
                                 "one: ")));
}

INSTANTIATE_TEST_SUITE_P(
    Changed, OtherThanNumberTest,
    ::testing::Values(
        [](auto& e) { e.set_review_id("x"); },
        [](auto& e) { e.set_sequence(7); },
        [](auto& e) { e.set_treatments(0, "x"); },
        [](auto& e) { e.add_treatments("x"); }, [](auto& e) { e.set_df(7); },
        [](auto& e) { e.set_level(0.9); },
        [](auto& e) { e.set_not_estimable("x"); },
        [](auto& e) { e.mutable_studies(0)->add_notes("x"); },
        [](auto& e) { e.add_studies_left_out()->set_study("x"); },
        [](auto& e) { e.mutable_random()->add_effects(1); },
        [](auto& e) { e.mutable_random()->clear_pair_variances(); },
        [](auto& e) { e.mutable_p_scores(0)->set_treatment("x"); },
        [](auto& e) { e.mutable_p_scores()->RemoveLast(); },
        [](auto& e) { e.mutable_component_heterogeneity()->RemoveLast(); }));

// Whether a number is there is no number.
INSTANTIATE_TEST_SUITE_P(
    Presence, OtherThanNumberTest,
    ::testing::Values(
        [](auto& e) { e.set_tau2(0); }, [](auto& e) { e.clear_p_q(); },
        [](auto& e) { e.mutable_component_heterogeneity(0)->clear_p_q(); },
        [](auto& e) { e.mutable_component_heterogeneity(1)->set_p_q(0); }));

// Relative effects are derived, never stored: stored ones could say anything.
INSTANTIATE_TEST_SUITE_P(
    Derived, OtherThanNumberTest,
    ::testing::Values([](auto& e) { FillRelativeEffects(&e); },
                      [](auto& e) {
                        e.mutable_random()->add_relative_effects();
                      }));

// As an estimate that goes on from others has it, where a full fit has 0.
TEST(EffectsThatCancelOutTest, AreTheSameNumberAsZero) {
  v1::Estimate zero;
  zero.mutable_random()->add_effects(0);
  zero.mutable_random()->add_pair_variances(0.04);
  v1::Estimate rounded = zero;
  rounded.mutable_random()->set_effects(0, 1e-17);
  EXPECT_LE(LargestDeviation(zero, rounded).value(), kSameEstimate);
  rounded.mutable_random()->set_effects(0, 1e-9);
  EXPECT_GT(LargestDeviation(zero, rounded).value(), kSameEstimate);
}

v1::RelativeEffect Effect(double effect, double lower, double upper) {
  v1::RelativeEffect comparison;
  comparison.set_effect(effect);
  comparison.set_lower(lower);
  comparison.set_upper(upper);
  return comparison;
}

TEST(SameComparisonTest, RoundingIsNoDifferenceAndAnIntervalThatGoesIs) {
  const v1::RelativeEffect effect = Effect(-12, -20, -4);
  EXPECT_TRUE(SameComparison(effect, Effect(-12 + 1e-9, -20, -4)));
  EXPECT_FALSE(SameComparison(effect, Effect(-12 + 1e-7, -20, -4)));
  EXPECT_FALSE(SameComparison(effect, Effect(-12, -20, -4.1)));
  v1::RelativeEffect bare = Effect(0, 0, 0);
  bare.clear_lower();
  bare.clear_upper();
  EXPECT_FALSE(SameComparison(Effect(0, 0, 0), bare));
}

TEST(EffectChangeTest, IsAfterLessBeforeAndNothingWhereThatIsRounding) {
  EXPECT_EQ(EffectChange(Effect(-12, -20, -4), Effect(-10, -18, -2)), 2);
  EXPECT_EQ(EffectChange(Effect(-12, -20, -4), Effect(-12 + 1e-9, -30, 0)), 0);
}

}  // namespace
}  // namespace tidemark::review
