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
#include "review/relative_effects.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using testing::EstimateOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using testing::ToyEstimate;

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
      EstimateOf({testing::ToyStudies()[0]}, testing::PainAnalysis());
  ASSERT_OK_AND_ASSIGN(const v1::RelativeEffect effect,
                       Compare(estimate, Model::kRandom, "ha", "msc1"));
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
  const v1::Estimate moved = EstimateOf(testing::ToyStudies(), analysis);
  const v1::Estimate plain = ToyEstimate();
  EXPECT_EQ(moved.component_heterogeneity(0).reference(), "msc2");
  EXPECT_EQ(moved.random().effects(2), 0);
  ASSERT_OK_AND_ASSIGN(const auto a,
                       Compare(moved, Model::kRandom, "ha", "msc1"));
  ASSERT_OK_AND_ASSIGN(const auto b,
                       Compare(plain, Model::kRandom, "ha", "msc1"));
  EXPECT_NEAR(a.effect(), b.effect(), 1e-10);
  EXPECT_NEAR(a.se(), b.se(), 1e-10);
}

// A living review may name a reference before a trial has used it.
TEST(EstimateStudiesTest, AReferenceWithoutDataIsReplacedByTheFirst) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_reference("unheard-of");
  EXPECT_TRUE(MessageDifferencer::Equals(
      EstimateOf(testing::ToyStudies(), analysis), ToyEstimate()));
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

}  // namespace
}  // namespace tidemark::review
