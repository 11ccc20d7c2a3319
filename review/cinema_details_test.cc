#include "review/cinema_details.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/estimate_details.h"
#include "review/testing/detailed_estimate.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::GenericInputs;
using v1::Concern;

void JudgeStudy(const std::string& id, v1::RiskOfBias::Judgement bias,
                v1::Indirectness::Judgement indirectness,
                DetailInputs* inputs) {
  inputs->facts[id].risk_of_bias = bias;
  inputs->facts[id].indirectness = indirectness;
}

// A loop a-b-c that does not close, and d, which only c is compared with.
DetailInputs Inputs() {
  DetailInputs inputs = GenericInputs(
      {Contrast("1", "a", "b", 1, 0.3), Contrast("2", "a", "b", 1.2, 0.3),
       Contrast("3", "b", "c", 1, 0.3), Contrast("4", "b", "c", 1.1, 0.3),
       Contrast("5", "a", "c", 6, 0.3), Contrast("6", "a", "c", 6.1, 0.3),
       Contrast("7", "c", "d", 0.1, 0.3)});
  for (const std::string id : {"1", "2", "3", "4"}) {
    JudgeStudy(id, v1::RiskOfBias::LOW, v1::Indirectness::MODERATE, &inputs);
  }
  for (const std::string id : {"5", "6"}) {
    JudgeStudy(id, v1::RiskOfBias::HIGH, v1::Indirectness::LOW, &inputs);
  }
  return inputs;
}

v1::EstimateDetails Asked(double mid, const std::string& first = "",
                          const std::string& second = "") {
  v1::EstimateDetails details;
  v1::CinemaSpec* spec = details.mutable_cinema();
  spec->set_first(first);
  spec->set_second(second);
  if (mid > 0) spec->set_minimal_important_difference(mid);
  return details;
}

v1::ComparisonConfidence One(const v1::EstimateDetails& details,
                             const DetailInputs& inputs) {
  const auto estimate = EstimateWith(details, inputs);
  EXPECT_OK(estimate);
  EXPECT_EQ(estimate->cinema().comparisons_size(), 1);
  return estimate->cinema().comparisons(0);
}

TEST(AddCinemaTest, EveryComparisonHasEveryDomain) {
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked(0.5), Inputs()));
  const v1::Cinema& cinema = estimate.cinema();
  EXPECT_EQ(cinema.minimal_important_difference(), 0.5);
  EXPECT_EQ(cinema.range_from(), "request");
  EXPECT_EQ(cinema.rule(), v1::CinemaRule::AVERAGE);
  EXPECT_THAT(cinema.risk_of_bias_not_judged(), ElementsAre("7"));
  EXPECT_THAT(cinema.indirectness_not_judged(), ElementsAre("7"));
  ASSERT_EQ(cinema.comparisons_size(), 6);
  for (const v1::ComparisonConfidence& comparison : cinema.comparisons()) {
    for (const v1::ConfidenceJudgement* judgement :
         {&comparison.within_study_bias().judgement(),
          &comparison.indirectness().judgement(),
          &comparison.imprecision().judgement(),
          &comparison.heterogeneity().judgement(),
          &comparison.incoherence().judgement()}) {
      EXPECT_NE(judgement->level() == Concern::UNSPECIFIED,
                judgement->not_assessable().empty());
      EXPECT_EQ(judgement->level() == Concern::UNSPECIFIED,
                judgement->rule().empty());
    }
  }
}

TEST(AddCinemaTest, StudiesCountByTheirShareInTheRandomEffectsModel) {
  v1::EstimateDetails details = Asked(0.5, "a", "c");
  details.mutable_contributions();
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(details, Inputs()));
  const v1::ComparisonConfidence& ac = estimate.cinema().comparisons(0);
  const v1::ComparisonContributions& trace =
      estimate.contributions().comparisons(1);
  ASSERT_EQ(trace.second(), "c");
  double high = 0;
  for (int s = 0; s < estimate.contributions().studies_size(); ++s) {
    const std::string& id = estimate.contributions().studies(s);
    if (id == "5" || id == "6") high += trace.study_shares(s);
  }
  EXPECT_GT(high, 0.5);
  EXPECT_NEAR(ac.within_study_bias().shares().high(), high, 1e-15);
  EXPECT_NEAR(ac.within_study_bias().mean_level(), 3 * high + (1 - high),
              1e-14);
  EXPECT_EQ(ac.within_study_bias().majority(), Concern::MAJOR);
  EXPECT_EQ(ac.within_study_bias().judgement().level(), Concern::SOME);
  EXPECT_EQ(ac.indirectness().majority(), Concern::NONE);
  EXPECT_EQ(ac.indirectness().highest(), Concern::SOME);
}

TEST(AddCinemaTest, AStudyThatNobodyJudgedCountsWhereItHasAShare) {
  const auto ab = One(Asked(0.5, "a", "b"), Inputs());
  EXPECT_EQ(ab.within_study_bias().judgement().not_assessable(), "");
  const auto ad = One(Asked(0.5, "a", "d"), Inputs());
  EXPECT_THAT(ad.within_study_bias().judgement().not_assessable(),
              HasSubstr("not judged"));
  EXPECT_GT(ad.within_study_bias().shares().not_judged(), 0.2);
}

TEST(AddCinemaTest, EvidenceIsMixedDirectOrIndirect) {
  v1::EstimateDetails details = Asked(0.5, "a", "c");
  details.set_splits(true);
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(details, Inputs()));
  const v1::IncoherenceJudgement& ac =
      estimate.cinema().comparisons(0).incoherence();
  EXPECT_EQ(ac.evidence(), v1::IncoherenceJudgement::MIXED);
  const v1::Split& split = estimate.splits(1);
  ASSERT_EQ(split.second(), "c");
  EXPECT_EQ(ac.p(), split.difference().p());
  EXPECT_EQ(ac.direct().lower(), split.direct().lower());
  EXPECT_EQ(ac.indirect().upper(), split.indirect().upper());

  const auto cd = One(Asked(0.5, "c", "d"), Inputs()).incoherence();
  EXPECT_EQ(cd.evidence(), v1::IncoherenceJudgement::DIRECT);
  EXPECT_NEAR(cd.p(), estimate.p_between_random(), 1e-15);
  const auto bd = One(Asked(0.5, "b", "d"), Inputs()).incoherence();
  EXPECT_EQ(bd.evidence(), v1::IncoherenceJudgement::INDIRECT);
  EXPECT_EQ(bd.p(), cd.p());
  EXPECT_EQ(bd.judgement().level(), Concern::MAJOR);
}

TEST(AddCinemaTest, WhichTreatmentComesFirstChangesNoJudgement) {
  const auto ac = One(Asked(0.5, "a", "c"), Inputs());
  const auto ca = One(Asked(0.5, "c", "a"), Inputs());
  EXPECT_EQ(ca.effect().effect(), -ac.effect().effect());
  EXPECT_NEAR(ca.incoherence().direct().lower(),
              -ac.incoherence().direct().upper(), 1e-14);
  const auto levels = [](const v1::ComparisonConfidence& comparison) {
    return std::vector<Concern::Level>{
        comparison.within_study_bias().judgement().level(),
        comparison.indirectness().judgement().level(),
        comparison.imprecision().judgement().level(),
        comparison.heterogeneity().judgement().level(),
        comparison.incoherence().judgement().level()};
  };
  EXPECT_EQ(levels(ac), levels(ca));
}

TEST(AddCinemaTest, TheRangeIsOfTheRequestElseOfTheFirstThreshold) {
  DetailInputs inputs = Inputs();
  ASSERT_OK_AND_ASSIGN(const v1::Estimate without,
                       EstimateWith(Asked(0), inputs));
  EXPECT_FALSE(without.cinema().has_minimal_important_difference());
  EXPECT_THAT(without.cinema()
                  .comparisons(0)
                  .imprecision()
                  .judgement()
                  .not_assessable(),
              HasSubstr("threshold"));
  v1::Threshold threshold;
  threshold.set_value(0.7);
  threshold.set_source("Devji 2017");
  inputs.thresholds.push_back(threshold);
  ASSERT_OK_AND_ASSIGN(const v1::Estimate first,
                       EstimateWith(Asked(0), inputs));
  EXPECT_EQ(first.cinema().minimal_important_difference(), 0.7);
  EXPECT_EQ(first.cinema().range_from(), "Devji 2017");
  ASSERT_OK_AND_ASSIGN(const v1::Estimate asked,
                       EstimateWith(Asked(0.5), inputs));
  EXPECT_EQ(asked.cinema().minimal_important_difference(), 0.5);
}

// A star has no test of coherence, and a pair of studies no prediction.
TEST(AddCinemaTest, SmallNetworksEndInJudgementsOrReasons) {
  DetailInputs inputs = Inputs();
  inputs.studies = {Contrast("1", "a", "b", 1, 0.3),
                    Contrast("5", "x", "y", 1, 0.3)};
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked(0.5), inputs));
  ASSERT_EQ(estimate.cinema().comparisons_size(), 2);
  for (const auto& comparison : estimate.cinema().comparisons()) {
    EXPECT_FALSE(comparison.incoherence().has_p());
    EXPECT_EQ(comparison.incoherence().judgement().level(), Concern::MAJOR);
    EXPECT_THAT(comparison.heterogeneity().judgement().not_assessable(),
                HasSubstr("degrees of freedom"));
    EXPECT_EQ(comparison.imprecision().judgement().level(), Concern::NONE);
  }
  EXPECT_EQ(
      estimate.cinema().comparisons(1).within_study_bias().judgement().level(),
      Concern::MAJOR);
}

TEST(AddCinemaTest, WhatCannotBeAskedIsRefused) {
  v1::EstimateDetails details = Asked(0.5, "a");
  details.mutable_cinema()->set_minimal_important_difference(-1);
  details.mutable_cinema()->set_rule(static_cast<v1::CinemaRule::Code>(9));
  const absl::Status status = CheckDetails("details", details);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("details.cinema.second"));
  details.mutable_cinema()->set_second("b");
  EXPECT_THAT(CheckDetails("details", details).message(),
              HasSubstr("details.cinema.minimal_important_difference"));
  details.mutable_cinema()->clear_minimal_important_difference();
  EXPECT_THAT(CheckDetails("details", details).message(),
              HasSubstr("details.cinema.rule"));
  DetailInputs inputs = Inputs();
  inputs.studies.clear();
  for (int i = 0; i < 50; ++i) {
    inputs.studies.push_back(
        Contrast(absl::StrCat(i), "centre", absl::StrCat("t", i), 1, 0.1));
  }
  EXPECT_EQ(EstimateWith(Asked(0.5), inputs).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_OK(EstimateWith(Asked(0.5, "t1", "t2"), inputs).status());
}

}  // namespace
}  // namespace tidemark::review
