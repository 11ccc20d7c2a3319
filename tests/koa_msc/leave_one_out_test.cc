// Pain at 6 months in the example without each of its trials, as metafor has it
// (leave_one_out.R) and as the estimate of the other trials is.
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "review/conclusions.h"
#include "review/relative_effects.h"
#include "review/review_state.h"
#include "review/thresholds.h"
#include "tests/koa_msc/knee_review.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/robustness.pb.h"

namespace tidemark {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kAnalysis[] = "pain-6m";

const v1::Estimate& Example() {
  static const auto* const kEstimate = [] {
    v1::EstimateDetails details;
    details.mutable_leave_one_out();
    details.mutable_threshold_analysis();
    return new v1::Estimate(testing::EstimateOf(kAnalysis, details));
  }();
  return *kEstimate;
}

// Versus conventional, the reference.
const v1::EffectWithout& SingleMsc(const v1::WithoutStudy& study) {
  for (const v1::EffectWithout& effect : study.effects()) {
    if (effect.first() == "single_msc") return effect;
  }
  return v1::EffectWithout::default_instance();
}

TEST(ExampleLeaveOneOutTest, IsThatOfMetafor) {
  const json recorded = testing::Recorded("tests/koa_msc/leave_one_out.json");
  ASSERT_THAT(Example().leave_one_out().studies(), SizeIs(15));
  ASSERT_THAT(recorded["without"], SizeIs(15));
  int at = 0;
  for (const json& expected : recorded["without"]) {
    const v1::WithoutStudy& study = Example().leave_one_out().studies(at++);
    SCOPED_TRACE(study.study());
    EXPECT_EQ(study.study(), expected["study"]);
    const v1::EffectWithout& effect = SingleMsc(study);
    EXPECT_NEAR(effect.effect(), expected["effect"], 1e-8);
    EXPECT_NEAR(effect.se(), expected["se"], 1e-8);
    EXPECT_NEAR(effect.lower(), expected["lower"], 1e-8);
    EXPECT_NEAR(effect.upper(), expected["upper"], 1e-8);
    EXPECT_NEAR(
        effect.change(),
        expected["effect"].get<double>() - recorded["effect"].get<double>(),
        1e-8);
    ASSERT_THAT(study.rest(), SizeIs(1));
    EXPECT_NEAR(study.rest(0).tau2(), expected["tau2"], 1e-8);
    EXPECT_NEAR(study.q(), expected["q"], 1e-8);
    EXPECT_EQ(study.has_residual(), expected["residual"].is_number());
    if (!study.has_residual()) continue;
    EXPECT_NEAR(study.residual(), expected["residual"], 1e-8);
    EXPECT_NEAR(study.cooks_distance(), expected["cooks_distance"], 1e-8);
  }
}

// Lu 2019 alone has repeated injections.
TEST(ExampleLeaveOneOutTest, NamesWhatOnlyOneTrialKnows) {
  for (const v1::WithoutStudy& study : Example().leave_one_out().studies()) {
    if (study.study() != "lu-2019") {
      EXPECT_TRUE(study.treatments_lost().empty());
      EXPECT_LT(study.leverage(), 0.999);
      continue;
    }
    EXPECT_THAT(study.treatments_lost(), ElementsAre("repeated_msc"));
    EXPECT_NEAR(study.leverage(), 1, 1e-12);
    EXPECT_FALSE(study.has_distance());
    EXPECT_FALSE(study.has_cooks_distance());
    EXPECT_EQ(study.effects(0).first(), "repeated_msc");
    EXPECT_EQ(study.effects(0).not_estimable(),
              "no other study has repeated_msc");
    EXPECT_EQ(study.effects(0).precision_share(), 1);
  }
}

// Everything but the study's own measures, from the estimate of a review that
// never had the trial.
TEST(ExampleLeaveOneOutTest, IsTheEstimateOfTheOtherTrials) {
  const review::ReviewState state = testing::KneeReview();
  const std::vector<v1::Threshold> thresholds =
      review::ThresholdsOf(state.FindAnalysis(kAnalysis)->record.analysis(),
                           state.protocol()->review);
  const v1::Conclusions with = review::Conclude(Example(), thresholds);
  for (const v1::WithoutStudy& study : Example().leave_one_out().studies()) {
    SCOPED_TRACE(study.study());
    v1::Estimate rest =
        testing::EstimateOf(testing::KneeReview(study.study()), kAnalysis);
    EXPECT_NEAR(study.q(), rest.q(), 1e-9);
    EXPECT_EQ(study.df(), rest.df());
    EXPECT_NEAR(study.p_q(), rest.p_q(), 1e-9);
    EXPECT_NEAR(study.i2(), rest.i2(), 1e-9);
    EXPECT_NEAR(study.q_between(), rest.q_between(), 1e-9);
    EXPECT_NEAR(study.rest(0).tau2(), rest.tau2(), 1e-9);
    ASSERT_EQ(study.ranks_size(), rest.p_scores_size());
    for (int t = 0; t < rest.p_scores_size(); ++t) {
      EXPECT_EQ(study.ranks(t).treatment(), rest.p_scores(t).treatment());
      EXPECT_NEAR(study.ranks(t).p_score(), rest.p_scores(t).random(), 1e-9);
      EXPECT_NEAR(study.ranks(t).mean_rank(),
                  rest.random().rankings(0).ranks(t).mean_rank(), 1e-9);
    }
    for (const v1::EffectWithout& effect : study.effects()) {
      if (!effect.has_effect()) continue;
      ASSERT_OK_AND_ASSIGN(const v1::RelativeEffect common,
                           review::Compare(rest, review::Model::kCommon,
                                           effect.first(), effect.second()));
      EXPECT_NEAR(effect.effect_common(), common.effect(), 1e-9);
      EXPECT_NEAR(effect.se_common(), common.se(), 1e-9);
    }
    std::map<std::string, v1::ComparisonConclusion> after;
    const v1::Conclusions without = review::Conclude(rest, thresholds);
    for (const v1::ComparisonConclusion& pair : without.comparisons()) {
      after[pair.first() + pair.second()] = pair;
    }
    int changes = 0;
    for (const v1::ComparisonConclusion& before : with.comparisons()) {
      const auto found = after.find(before.first() + before.second());
      if (found == after.end() ||
          found->second.SerializeAsString() != before.SerializeAsString()) {
        ++changes;
      }
    }
    EXPECT_EQ(study.class_changes_total(), changes);
    EXPECT_EQ(study.leaders_changed(),
              review::Leaders(rest) != review::Leaders(Example()));
  }
}

// By hand: two-arm trials around one control, so that each decides its own
// comparison alone, by its share of the weight.
TEST(ExampleThresholdsTest, AreTheLeadOverTheShareOfTheWeight) {
  const v1::Estimate& example = Example();
  ASSERT_THAT(example.threshold_analysis().best(), SizeIs(1));
  const v1::BestTreatmentDecision& best = example.threshold_analysis().best(0);
  EXPECT_EQ(best.treatment(), "single_msc");
  EXPECT_EQ(best.second(), "repeated_msc");
  for (const v1::StudyThresholds& study : best.studies()) {
    SCOPED_TRACE(study.study());
    ASSERT_THAT(study.results(), SizeIs(1));
    const v1::ResultThresholds& result = study.results(0);
    EXPECT_EQ(result.first(), "conventional");
    if (study.study() == "lu-2019") {
      // repeated_msc is better than single_msc once it gains the lead.
      EXPECT_NEAR(result.up().change(), best.lead(), 1e-9);
      EXPECT_EQ(result.up().best(), "repeated_msc");
      EXPECT_FALSE(result.has_down());
      continue;
    }
    // Overtaken by repeated_msc, which is 0.4 better than conventional. Its
    // weight is 1 / (se² + tau²), the sum of all 1 / 0.3216².
    const double share = 1 / (result.se() * result.se() + example.tau2()) *
                         std::pow(0.321596349320707, 2);
    EXPECT_NEAR(result.down().change(), -best.lead() / share, 1e-6);
    EXPECT_EQ(result.down().best(), "repeated_msc");
  }
}

}  // namespace
}  // namespace tidemark
