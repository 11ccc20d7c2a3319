// Evidence flow and confidence on the example, against R (flow.R).
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/koa_msc/knee_review.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark {
namespace {

using nlohmann::json;
using ::testing::DoubleNear;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using v1::Concern;

// tau2 of R has 15 digits, of REML by another optimiser.
constexpr double kTolerance = 1e-8;

std::vector<double> Numbers(const json& list) {
  return list.get<std::vector<double>>();
}

TEST(ExampleFlowTest, AgreesWithInversesAndTheEnumerationOfPaths) {
  const json reference = testing::Recorded("tests/koa_msc/flow_expected.json");
  ASSERT_EQ(reference.size(), 6);
  for (const std::string id : {"pain-6m", "pain-12m"}) {
    v1::EstimateDetails details;
    details.mutable_contributions();
    const v1::Estimate estimate = testing::EstimateOf(id, details);
    const v1::Contributions& contributions = estimate.contributions();
    ASSERT_EQ(contributions.comparisons_size(), 3);
    int next = 0;
    for (const json& expected : reference) {
      if (expected["analysis"] != id) continue;
      const auto& comparison = contributions.comparisons(next++);
      SCOPED_TRACE(id + " " + comparison.first() + " " + comparison.second());
      EXPECT_EQ(comparison.first(), expected["first"].get<std::string>());
      EXPECT_EQ(comparison.second(), expected["second"].get<std::string>());
      EXPECT_THAT(contributions.studies(),
                  ElementsAreArray(
                      expected["studies"].get<std::vector<std::string>>()));
      EXPECT_THAT(comparison.flows(), Pointwise(DoubleNear(kTolerance),
                                                Numbers(expected["flows"])));
      EXPECT_THAT(comparison.direct_shares(),
                  Pointwise(DoubleNear(kTolerance),
                            Numbers(expected["direct_shares"])));
      EXPECT_THAT(
          comparison.study_shares(),
          Pointwise(DoubleNear(kTolerance), Numbers(expected["study_shares"])));
    }
    EXPECT_EQ(next, 3);
  }
}

// Nobody has judged the trials of the example; nothing is made up.
TEST(ExampleFlowTest, WhatNobodyJudgedIsNotJudged) {
  v1::EstimateDetails details;
  details.mutable_cinema();
  details.mutable_contributions();
  const v1::Estimate estimate = testing::EstimateOf("pain-6m", details);
  EXPECT_EQ(estimate.cinema().risk_of_bias_not_judged_size(), 15);
  EXPECT_EQ(estimate.cinema().indirectness_not_judged_size(), 15);
  EXPECT_NEAR(
      estimate.contributions().comparisons(0).risk_of_bias().not_judged(), 1,
      1e-12);
  for (const auto& comparison : estimate.cinema().comparisons()) {
    EXPECT_THAT(comparison.within_study_bias().judgement().not_assessable(),
                HasSubstr("not judged"));
    EXPECT_THAT(comparison.indirectness().judgement().not_assessable(),
                HasSubstr("not judged"));
  }
}

// By hand from the intervals of expected.json and a difference of 1.5 points:
// conventional minus single 1.59 [0.96, 2.22], conventional minus repeated
// 0.40 [-1.54, 2.34].
TEST(ExampleFlowTest, ConfidenceInPainAtSixMonths) {
  v1::EstimateDetails details;
  details.mutable_cinema();
  const v1::Cinema cinema = testing::EstimateOf("pain-6m", details).cinema();
  EXPECT_EQ(cinema.minimal_important_difference(), 1.5);
  EXPECT_THAT(cinema.range_from(), HasSubstr("Pain VAS 0-10"));
  ASSERT_EQ(cinema.comparisons_size(), 3);
  const auto& repeated = cinema.comparisons(0);
  EXPECT_EQ(repeated.imprecision().crossings(), 2);
  EXPECT_EQ(repeated.imprecision().judgement().level(), Concern::MAJOR);
  EXPECT_EQ(repeated.heterogeneity().prediction_crossings(), 2);
  EXPECT_EQ(repeated.heterogeneity().judgement().level(), Concern::NONE);
  EXPECT_EQ(repeated.incoherence().evidence(),
            v1::IncoherenceJudgement::DIRECT);
  const auto& single = cinema.comparisons(1);
  EXPECT_EQ(single.imprecision().crossings(), 0);
  EXPECT_EQ(single.imprecision().judgement().level(), Concern::NONE);
  EXPECT_LT(single.effect().predict_lower(), 0);
  EXPECT_GT(single.effect().predict_lower(), -1.5);
  EXPECT_EQ(single.heterogeneity().judgement().level(), Concern::SOME);
  // A star: nothing tests its coherence.
  EXPECT_FALSE(single.incoherence().has_p());
  EXPECT_EQ(single.incoherence().judgement().level(), Concern::MAJOR);
  EXPECT_EQ(cinema.comparisons(2).incoherence().evidence(),
            v1::IncoherenceJudgement::INDIRECT);
}

TEST(ExampleFlowTest, AtTwelveMonthsEvidenceIsMixed) {
  v1::EstimateDetails details;
  details.mutable_cinema();
  details.set_splits(true);
  const v1::Estimate estimate = testing::EstimateOf("pain-12m", details);
  for (int i = 0; i < 3; ++i) {
    const auto& incoherence = estimate.cinema().comparisons(i).incoherence();
    EXPECT_EQ(incoherence.evidence(), v1::IncoherenceJudgement::MIXED);
    EXPECT_EQ(incoherence.p(), estimate.splits(i).difference().p());
  }
}

}  // namespace
}  // namespace tidemark
