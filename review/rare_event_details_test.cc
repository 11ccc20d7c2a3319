#include "review/rare_event_details.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/estimate_details.h"
#include "review/estimation.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

nma::Study Arms(const std::string& id,
                const std::vector<nma::BinaryArm>& arms) {
  return {id, arms};
}

// c has no event; study 5 has none at all.
std::vector<nma::Study> Studies() {
  return {Arms("1", {{"a", 2, 40}, {"b", 9, 42}, {"c", 0, 38}}),
          Arms("2", {{"a", 5, 60}, {"b", 3, 55}}),
          Arms("3", {{"a", 1, 30}, {"d", 6, 30}}),
          Arms("4", {{"b", 2, 70}, {"d", 7, 64}}),
          Arms("5", {{"a", 0, 50}, {"c", 0, 52}})};
}

v1::Analysis OddsRatios() {
  v1::Analysis analysis;
  analysis.set_effect_measure(v1::EffectMeasure::OR);
  analysis.set_smd_method(v1::SmdMethod::HEDGES);
  analysis.set_tau2_method(v1::Tau2Method::REML);
  analysis.set_interval_method(v1::IntervalMethod::NORMAL);
  analysis.set_zero_cells(v1::ZeroCellRule::ONLY0);
  analysis.set_increment(0.5);
  analysis.set_level(0.95);
  return analysis;
}

v1::EstimateDetails Both() {
  v1::EstimateDetails details;
  details.mutable_rare_events()->set_mantel_haenszel(true);
  details.mutable_rare_events()->set_binomial(true);
  return details;
}

v1::RareEvents Of(const std::vector<nma::Study>& studies,
                  const v1::Analysis& analysis,
                  const v1::EstimateDetails& details) {
  DetailInputs inputs;
  inputs.studies = studies;
  inputs.analysis = analysis;
  auto estimate = EstimateStudies(studies, analysis, true);
  EXPECT_OK(estimate);
  EXPECT_OK(AddDetails(
      details, inputs, [] { return false; }, &*estimate));
  return estimate->rare_events();
}

template <typename Effects>
std::vector<std::string> Pairs(const Effects& effects) {
  std::vector<std::string> pairs;
  for (const v1::RelativeEffect& effect : effects) {
    EXPECT_LT(effect.lower(), effect.effect());
    EXPECT_LT(effect.effect(), effect.upper());
    pairs.push_back(effect.first() + effect.second());
  }
  return pairs;
}

TEST(RareEventDetailsTest, HoldWhatCanBeSaidAndWhatNot) {
  const v1::RareEvents rare = Of(Studies(), OddsRatios(), Both());
  EXPECT_EQ(rare.not_estimable(), "");
  const v1::MantelHaenszel& mh = rare.mantel_haenszel();
  EXPECT_THAT(Pairs(mh.relative_effects()), ElementsAre("ab", "ad", "bd"));
  ASSERT_EQ(mh.designs_size(), 4);
  EXPECT_THAT(mh.designs(1).treatments(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(mh.designs(1).pooled(), ElementsAre("a", "b"));
  EXPECT_EQ(mh.df(), 2);
  EXPECT_GT(mh.p_q(), 0);
  ASSERT_EQ(mh.left_out().treatments_size(), 1);
  EXPECT_EQ(mh.left_out().treatments(0).treatment(), "c");
  ASSERT_EQ(mh.left_out().arms_size(), 1);
  EXPECT_EQ(mh.left_out().arms(0).study(), "1");
  ASSERT_EQ(mh.left_out().studies_size(), 1);
  EXPECT_EQ(mh.left_out().studies(0).study(), "5");

  const v1::BinomialModel& binomial = rare.binomial();
  EXPECT_THAT(Pairs(binomial.relative_effects()),
              ElementsAre("ab", "ad", "bd"));
  EXPECT_THAT(Pairs(binomial.relative_effects_common()),
              ElementsAre("ab", "ad", "bd"));
  ASSERT_EQ(binomial.parts_size(), 1);
  EXPECT_EQ(binomial.parts(0).df(), 2);
  EXPECT_TRUE(binomial.relative_effects(0).has_predict_lower());
  EXPECT_FALSE(binomial.relative_effects_common(0).has_predict_lower());
  EXPECT_GE(binomial.parts(0).log_likelihood(),
            binomial.parts(0).log_likelihood_common());
  ASSERT_EQ(binomial.left_out().treatments_size(), 1);
  EXPECT_EQ(binomial.left_out().treatments(0).reason(),
            "no event in any arm: its odds ratios are infinite");
}

TEST(RareEventDetailsTest, HoldOnlyWhatIsAskedFor) {
  v1::EstimateDetails details;
  details.mutable_rare_events()->set_mantel_haenszel(true);
  const v1::RareEvents rare = Of(Studies(), OddsRatios(), details);
  EXPECT_TRUE(rare.has_mantel_haenszel());
  EXPECT_FALSE(rare.has_binomial());
}

TEST(RareEventDetailsTest, OtherMeasuresAndContrastsAreAnswers) {
  v1::Analysis analysis = OddsRatios();
  analysis.set_effect_measure(v1::EffectMeasure::RR);
  const v1::RareEvents risks = Of(Studies(), analysis, Both());
  EXPECT_EQ(risks.not_estimable(),
            "Mantel-Haenszel and the binomial model are of odds ratios (OR), "
            "the analysis is of RR");
  EXPECT_FALSE(risks.has_binomial());

  std::vector<nma::Study> mixed = Studies();
  mixed.push_back({"6", std::vector<nma::Contrast>{{"a", "b", 0.3, 0.4}}});
  EXPECT_EQ(Of(mixed, OddsRatios(), Both()).not_estimable(),
            "needs events and totals of every arm; these studies give none: "
            "\"6\"");
}

TEST(RareEventDetailsTest, WhatNoModelCanSayHasAReason) {
  const v1::RareEvents rare =
      Of({Arms("1", {{"a", 2, 40}, {"b", 0, 42}})}, OddsRatios(), Both());
  EXPECT_EQ(rare.mantel_haenszel().not_estimable(),
            "no design has two treatments with events and non-events");
  EXPECT_EQ(rare.binomial().not_estimable(), "no odds ratio is finite");
  EXPECT_THAT(rare.binomial().relative_effects(), IsEmpty());
  EXPECT_EQ(rare.binomial().left_out().treatments_size(), 2);
}

TEST(RareEventDetailsTest, WithoutDegreesOfFreedomThereIsNoPrediction) {
  const v1::RareEvents rare =
      Of({Arms("1", {{"a", 2, 40}, {"b", 3, 42}})}, OddsRatios(), Both());
  ASSERT_EQ(rare.binomial().relative_effects_size(), 1);
  EXPECT_EQ(rare.binomial().relative_effects(0).no_prediction(),
            "needs 2 degrees of freedom, has 0");
  EXPECT_FALSE(rare.binomial().parts(0).has_p_tau2());
  EXPECT_FALSE(rare.mantel_haenszel().has_p_q());
}

TEST(RareEventDetailsTest, WithoutTau2TheCommonEffectIsGiven) {
  const v1::RareEvents rare = Of({Arms("1", {{"a", 0, 10}, {"b", 10, 10}}),
                                  Arms("2", {{"a", 10, 10}, {"b", 0, 10}})},
                                 OddsRatios(), Both());
  EXPECT_EQ(rare.binomial().not_estimable(), "");
  EXPECT_THAT(rare.binomial().relative_effects(), IsEmpty());
  EXPECT_EQ(rare.binomial().relative_effects_common_size(), 1);
  ASSERT_EQ(rare.binomial().parts_size(), 1);
  EXPECT_THAT(rare.binomial().parts(0).no_random(),
              ::testing::HasSubstr("still rises"));
  EXPECT_LT(rare.binomial().parts(0).log_likelihood_common(), -27);
}

TEST(RareEventDetailsTest, AskingForNoModelIsAMistake) {
  v1::EstimateDetails details;
  details.mutable_rare_events();
  const absl::Status status = CheckDetails("details", details);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(testing::FieldsOf(status), ElementsAre("details.rare_events"));
}

}  // namespace
}  // namespace tidemark::review
