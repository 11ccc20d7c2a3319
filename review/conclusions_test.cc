#include "review/conclusions.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/relative_effects.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using Class = v1::ConclusionClass;
using ::testing::ElementsAre;

// Lower is better, threshold 12.
Class::Code Classify(double lower, double upper) {
  return ClassOfInterval(lower, upper, true, 12);
}

TEST(ClassOfIntervalTest, IsTheFirstThatHolds) {
  EXPECT_EQ(Classify(-34.5, -13), Class::IMPORTANT_BENEFIT);
  EXPECT_EQ(Classify(13, 34.5), Class::IMPORTANT_HARM);
  EXPECT_EQ(Classify(-11, 11), Class::NO_IMPORTANT_DIFFERENCE);
  // Certainly better, certainly not by much: unimportant goes before benefit.
  EXPECT_EQ(Classify(-11, -1), Class::NO_IMPORTANT_DIFFERENCE);
  EXPECT_EQ(Classify(-36, -9.2), Class::BENEFIT);
  EXPECT_EQ(Classify(9.2, 36), Class::HARM);
  EXPECT_EQ(Classify(-36, 1), Class::INCONCLUSIVE);
}

TEST(ClassOfIntervalTest, BoundsAreStrict) {
  EXPECT_EQ(Classify(-30, -12), Class::BENEFIT);
  EXPECT_EQ(Classify(-12, 3), Class::INCONCLUSIVE);
  EXPECT_EQ(Classify(-12, -3), Class::BENEFIT);
  EXPECT_EQ(Classify(-20, 0), Class::INCONCLUSIVE);
}

TEST(ClassOfIntervalTest, WithoutThresholdKnowsNoImportance) {
  EXPECT_EQ(ClassOfInterval(-34.5, -13, true, std::nullopt), Class::BENEFIT);
  EXPECT_EQ(ClassOfInterval(-1, 1, true, std::nullopt), Class::INCONCLUSIVE);
}

// Property: to swap the treatments, or what is desirable, reverses the class.
TEST(ClassOfIntervalTest, ReversesWithItsOrientation) {
  for (const auto& [lower, upper] : std::vector<std::pair<double, double>>{
           {-34.5, -13}, {-36, -9.2}, {-11, 11}, {-36, 1}, {3, 5}, {12, 40}}) {
    for (const std::optional<double> t :
         {std::optional<double>(), std::optional<double>(12)}) {
      const Class::Code code = ClassOfInterval(lower, upper, true, t);
      EXPECT_EQ(ClassOfInterval(-upper, -lower, true, t), Reversed(code));
      EXPECT_EQ(ClassOfInterval(lower, upper, false, t), Reversed(code));
    }
  }
}

TEST(ClassOfTest, NeedsAnEstimateAndAnInterval) {
  EXPECT_EQ(ClassOf(nullptr, true, 12), Class::NOT_ESTIMABLE);
  v1::RelativeEffect effect;
  effect.set_effect(-30);
  EXPECT_EQ(ClassOf(&effect, true, 12), Class::INCONCLUSIVE);
}

// ha, msc1, msc2 are connected; placebo and saline are another component.
TEST(ConcludeTest, NamesEveryPairAndWhetherItIsEstimable) {
  v1::Estimate estimate = testing::ToyEstimate();
  FillRelativeEffects(&estimate);
  v1::Threshold threshold;
  threshold.set_value(1);
  const v1::Conclusions conclusions = Conclude(estimate, {threshold});
  std::vector<std::string> estimable;
  for (const auto& comparison : conclusions.comparisons()) {
    ASSERT_EQ(comparison.by_threshold_size(), 1);
    if (comparison.class_() != Class::NOT_ESTIMABLE) {
      estimable.push_back(comparison.first() + ":" + comparison.second());
    }
  }
  EXPECT_EQ(conclusions.comparisons_size(), 10);
  EXPECT_THAT(estimable,
              ElementsAre("ha:msc1", "ha:msc2", "msc1:msc2", "placebo:saline"));
}

// Effects of a, b, c in one component: b leads, a cannot be told from it.
v1::Estimate Ranked() {
  return testing::FromText<v1::Estimate>(R"(
    treatments: "a" treatments: "b" treatments: "c" treatments: "d"
    small_values_desirable: true
    components { values { string_value: "a" } values { string_value: "b" }
                 values { string_value: "c" } }
    components { values { string_value: "d" } }
    p_scores { treatment: "a" random: 0.7 }
    p_scores { treatment: "b" random: 0.8 }
    p_scores { treatment: "c" random: 0 }
    p_scores { treatment: "d" random: 1 }
    random {
      relative_effects { first: "a" second: "b" effect: 1 lower: -1 upper: 3 }
      relative_effects { first: "a" second: "c" effect: -4 lower: -6 upper: -2 }
      relative_effects { first: "b" second: "c" effect: -5 lower: -7 upper: -3 }
    })");
}

TEST(ConcludeTest, BestRankedAreTheLeaderAndWhoCannotBeToldFromIt) {
  EXPECT_THAT(Leaders(Ranked()), ElementsAre("b"));
  EXPECT_THAT(Conclude(Ranked(), {}).best_ranked(), ElementsAre("a", "b"));
}

TEST(ConcludeTest, OfEqualLeadersRoundingDoesNotChoose) {
  v1::Estimate estimate = Ranked();
  estimate.mutable_p_scores(0)->set_random(0.8 - 1e-12);
  EXPECT_THAT(Leaders(estimate), ElementsAre("a"));
}

TEST(ConcludeTest, FlagsHeterogeneityAndIncoherence) {
  v1::Estimate estimate = Ranked();
  EXPECT_FALSE(Conclude(estimate, {}).heterogeneous());
  EXPECT_FALSE(Conclude(estimate, {}).incoherent());
  estimate.set_i2(0.5);
  estimate.set_p_between_random(0.0999);
  EXPECT_TRUE(Conclude(estimate, {}).heterogeneous());
  EXPECT_TRUE(Conclude(estimate, {}).incoherent());
  estimate.set_p_between_random(0.1);
  EXPECT_FALSE(Conclude(estimate, {}).incoherent());
}

}  // namespace
}  // namespace tidemark::review
