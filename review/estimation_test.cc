#include "review/estimation.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;

// Two components: ha, msc1, msc2 and placebo, saline.
std::vector<nma::Study> TwoComponents() {
  using Arms = std::vector<nma::ContinuousArm>;
  return {
      {"Alpha", Arms{{"ha", 42, 21, 15}, {"msc1", 30, 20, 15}}},
      {"Beta",
       Arms{{"ha", 40, 18, 8}, {"msc1", 27, 19, 9}, {"msc2", 15, 16, 9}}},
      {"Gamma", Arms{{"placebo", 44, 21, 30}, {"saline", 41, 20, 31}}},
  };
}

v1::Estimate EstimateOf(const std::vector<nma::Study>& studies,
                        const v1::Analysis& analysis) {
  const auto estimate =
      EstimateStudies(studies, analysis, /*small_values_desirable=*/true);
  EXPECT_OK(estimate);
  return estimate.value_or(v1::Estimate());
}

v1::Estimate ToyEstimate() {
  return EstimateOf(TwoComponents(), testing::PainAnalysis());
}

TEST(EstimateStudiesTest, SaysHowItWasMade) {
  const v1::Estimate estimate = ToyEstimate();
  EXPECT_EQ(estimate.effect_measure(), v1::EffectMeasure::MD);
  EXPECT_EQ(estimate.tau2_method(), v1::Tau2Method::REML);
  EXPECT_EQ(estimate.level(), 0.95);
  EXPECT_TRUE(estimate.small_values_desirable());
  EXPECT_FALSE(estimate.engine_build().empty());
  EXPECT_THAT(estimate.not_estimable(), IsEmpty());
  EXPECT_EQ(estimate.studies_used(), 3);
  EXPECT_EQ(estimate.studies(1).study(), "Beta");
  EXPECT_THAT(estimate.studies(1).treatments(),
              ElementsAre("ha", "msc1", "msc2"));
  EXPECT_TRUE(estimate.random().relative_effects().empty());
}

// Two arms of one trial: the difference of means and its standard error.
TEST(EstimateStudiesTest, OneTwoArmTrialIsItsMeanDifference) {
  const v1::Estimate estimate =
      EstimateOf({TwoComponents()[0]}, testing::PainAnalysis());
  ASSERT_OK_AND_ASSIGN(const v1::RelativeEffect effect,
                       Compare(estimate, estimate.random(), "ha", "msc1"));
  EXPECT_NEAR(effect.effect(), 12, 1e-12);
  EXPECT_NEAR(effect.se(), std::sqrt((21. * 21 + 20. * 20) / 15), 1e-12);
  EXPECT_EQ(estimate.tau2(), 0);
  EXPECT_TRUE(estimate.has_tau2());
  EXPECT_EQ(estimate.df(), 0);
  EXPECT_FALSE(estimate.has_p_q());
}

TEST(EstimateStudiesTest, ComponentsAreFittedApart) {
  const v1::Estimate estimate = ToyEstimate();
  EXPECT_THAT(estimate.treatments(),
              ElementsAre("ha", "msc1", "msc2", "placebo", "saline"));
  ASSERT_EQ(estimate.components_size(), 2);
  EXPECT_EQ(estimate.components(0).values_size(), 3);
  EXPECT_EQ(estimate.components(1).values(1).string_value(), "saline");
  EXPECT_FALSE(estimate.has_tau2());
  ASSERT_EQ(estimate.component_heterogeneity_size(), 2);
  EXPECT_EQ(estimate.component_heterogeneity(0).reference(), "ha");
  EXPECT_EQ(estimate.component_heterogeneity(1).reference(), "placebo");
  EXPECT_EQ(estimate.df(), estimate.component_heterogeneity(0).df() +
                               estimate.component_heterogeneity(1).df());
  EXPECT_DOUBLE_EQ(estimate.q(), estimate.component_heterogeneity(0).q() +
                                     estimate.component_heterogeneity(1).q());
}

TEST(EstimateStudiesTest, AReferenceChangesHowEffectsAreStoredNotWhatTheySay) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_reference("msc2");
  const v1::Estimate moved = EstimateOf(TwoComponents(), analysis);
  const v1::Estimate plain = ToyEstimate();
  EXPECT_EQ(moved.component_heterogeneity(0).reference(), "msc2");
  EXPECT_EQ(moved.random().effects(2), 0);
  ASSERT_OK_AND_ASSIGN(const auto a,
                       Compare(moved, moved.random(), "ha", "msc1"));
  ASSERT_OK_AND_ASSIGN(const auto b,
                       Compare(plain, plain.random(), "ha", "msc1"));
  EXPECT_NEAR(a.effect(), b.effect(), 1e-10);
  EXPECT_NEAR(a.se(), b.se(), 1e-10);
}

// A living review may name a reference before a trial has used it.
TEST(EstimateStudiesTest, AReferenceWithoutDataIsReplacedByTheFirst) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_reference("unheard-of");
  EXPECT_TRUE(MessageDifferencer::Equals(EstimateOf(TwoComponents(), analysis),
                                         ToyEstimate()));
}

TEST(EstimateStudiesTest, WithoutStudiesThereIsNothingButTheReason) {
  const v1::Estimate estimate = EstimateOf({}, testing::PainAnalysis());
  EXPECT_EQ(estimate.not_estimable(), "no study can be used");
  EXPECT_EQ(estimate.studies_used(), 0);
  EXPECT_TRUE(estimate.treatments().empty());
  EXPECT_FALSE(estimate.has_random());
}

TEST(EstimateStudiesTest, StudiesThatAZeroCellRuleLeavesOutAreListed) {
  const std::vector<nma::Study> studies = {
      {"None", std::vector<nma::BinaryArm>{{"ha", 0, 10}, {"msc1", 0, 10}}}};
  const v1::Estimate estimate = EstimateOf(studies, testing::AdverseAnalysis());
  EXPECT_EQ(estimate.not_estimable(), "no study can be used");
  ASSERT_EQ(estimate.studies_left_out_size(), 1);
  EXPECT_EQ(estimate.studies_left_out(0).study(), "None");
  EXPECT_FALSE(estimate.studies_left_out(0).reason().empty());
}

TEST(EstimateStudiesTest, ContradictingContrastsAreRefusedByName) {
  const std::vector<nma::Study> studies = {
      {"Alpha", std::vector<nma::Contrast>{
                    {"a", "b", 1, 1}, {"b", "c", 1, 1}, {"a", "c", 50, 1}}}};
  EXPECT_THAT(EstimateStudies(studies, testing::PainAnalysis(), true),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Alpha")));
}

TEST(CompareTest, IsAntisymmetric) {
  const v1::Estimate estimate = ToyEstimate();
  for (const v1::ModelEstimate* model :
       {&estimate.common(), &estimate.random()}) {
    ASSERT_OK_AND_ASSIGN(const auto there,
                         Compare(estimate, *model, "msc2", "msc1"));
    ASSERT_OK_AND_ASSIGN(const auto back,
                         Compare(estimate, *model, "msc1", "msc2"));
    EXPECT_EQ(there.effect(), -back.effect());
    EXPECT_EQ(there.se(), back.se());
    EXPECT_DOUBLE_EQ(there.lower(), -back.upper());
    EXPECT_DOUBLE_EQ(there.upper(), -back.lower());
    EXPECT_DOUBLE_EQ(there.z(), -back.z());
    EXPECT_DOUBLE_EQ(there.p(), back.p());
    EXPECT_EQ(there.first(), "msc2");
    EXPECT_EQ(there.second(), "msc1");
  }
}

TEST(CompareTest, AcrossComponentsIsNotEstimable) {
  const v1::Estimate estimate = ToyEstimate();
  const absl::Status status =
      Compare(estimate, estimate.random(), "ha", "saline").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("not estimable (disconnected)")));
  EXPECT_EQ(testing::ErrorInfoOf(status).reason(), "NOT_ESTIMABLE");
}

TEST(CompareTest, ATreatmentWithoutDataIsNotFound) {
  const v1::Estimate estimate = ToyEstimate();
  EXPECT_THAT(Compare(estimate, estimate.random(), "ha", "aspirin"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"aspirin\"")));
  const v1::Estimate empty = EstimateOf({}, testing::PainAnalysis());
  EXPECT_THAT(Compare(empty, empty.random(), "ha", "msc1"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"ha\"")));
}

// effect / se would be 0 / 0.
TEST(CompareTest, ATreatmentIsNotComparedWithItself) {
  const v1::Estimate estimate = ToyEstimate();
  EXPECT_THAT(Compare(estimate, estimate.random(), "ha", "ha"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("two different treatments")));
}

TEST(FillRelativeEffectsTest, AreTheComparisonsOfEveryConnectedPair) {
  v1::Estimate estimate = ToyEstimate();
  FillRelativeEffects(&estimate);
  for (const v1::ModelEstimate* model :
       {&estimate.common(), &estimate.random()}) {
    std::vector<std::string> pairs;
    for (const v1::RelativeEffect& effect : model->relative_effects()) {
      EXPECT_LT(effect.first(), effect.second());
      pairs.push_back(effect.first() + "-" + effect.second());
      ASSERT_OK_AND_ASSIGN(
          const auto compared,
          Compare(estimate, *model, effect.first(), effect.second()));
      EXPECT_TRUE(MessageDifferencer::Equals(effect, compared));
    }
    EXPECT_THAT(pairs, ElementsAre("ha-msc1", "ha-msc2", "msc1-msc2",
                                   "placebo-saline"));
  }
}

TEST(FillRelativeEffectsTest, FillsOnceHoweverOftenItIsCalled) {
  v1::Estimate once = ToyEstimate();
  FillRelativeEffects(&once);
  v1::Estimate twice = once;
  FillRelativeEffects(&twice);
  EXPECT_TRUE(MessageDifferencer::Equals(once, twice));
}

TEST(FillRelativeEffectsTest, HasNothingToFillWithoutAnEstimate) {
  v1::Estimate estimate = EstimateOf({}, testing::PainAnalysis());
  FillRelativeEffects(&estimate);
  EXPECT_TRUE(estimate.random().relative_effects().empty());
}

}  // namespace
}  // namespace tidemark::review
