#include "review/flow_details.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/estimate_details.h"
#include "review/relative_effects.h"
#include "review/testing/detailed_estimate.h"

namespace tidemark::review {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::GenericInputs;

v1::EstimateDetails Asked(const std::string& first = "",
                          const std::string& second = "") {
  v1::EstimateDetails details;
  details.mutable_contributions()->set_first(first);
  details.mutable_contributions()->set_second(second);
  return details;
}

// Variances of the triangle add up to 1, so the direct share of each side is
// 1 minus its variance.
DetailInputs Triangle() {
  return GenericInputs({Contrast("3", "a", "c", 5, std::sqrt(0.5)),
                        Contrast("1", "a", "b", 1, std::sqrt(0.2)),
                        Contrast("2", "b", "c", 2, std::sqrt(0.3)),
                        Contrast("4", "x", "y", 1, 0.5)});
}

TEST(AddContributionsTest, OfATriangleByHand) {
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked(), Triangle()));
  const v1::Contributions& common = estimate.contributions_common();
  EXPECT_THAT(common.studies(), ElementsAre("1", "2", "3", "4"));
  ASSERT_EQ(common.direct_size(), 4);  // a-b, a-c, b-c, x-y
  EXPECT_EQ(common.direct(2).first(), "b");
  EXPECT_NEAR(common.direct(2).effect(), 2, 1e-15);
  EXPECT_NEAR(common.direct(2).weight(), 1 / 0.3, 1e-12);
  ASSERT_EQ(common.direct(2).contrasts_size(), 1);
  EXPECT_EQ(common.direct(2).contrasts(0).study(), "2");
  ASSERT_EQ(common.comparisons_size(), 4);
  const v1::ComparisonContributions& ab = common.comparisons(0);
  EXPECT_EQ(ab.first(), "a");
  EXPECT_EQ(ab.second(), "b");
  EXPECT_THAT(ab.flows(), Pointwise(DoubleNear(1e-14), {0.8, 0.2, -0.2, 0.0}));
  EXPECT_THAT(ab.direct_shares(),
              Pointwise(DoubleNear(1e-14), {0.8, 0.1, 0.1, 0.0}));
  EXPECT_THAT(ab.study_shares(),
              Pointwise(DoubleNear(1e-14), {0.8, 0.1, 0.1, 0.0}));
  EXPECT_EQ(ab.no_shares(), "");
  EXPECT_EQ(common.comparisons(3).first(), "x");
}

TEST(AddContributionsTest, FlowsTimesEffectsAreTheEstimatesOfBothModels) {
  DetailInputs inputs = Triangle();
  inputs.studies.push_back(Contrast("5", "a", "b", 4, 0.3));
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked(), inputs));
  EXPECT_GT(estimate.component_heterogeneity(0).tau2(), 0.1);
  const auto check = [&](const v1::Contributions& contributions, Model model) {
    for (const auto& comparison : contributions.comparisons()) {
      double sum = 0;
      for (int c = 0; c < comparison.flows_size(); ++c) {
        sum += comparison.flows(c) * contributions.direct(c).effect();
      }
      ASSERT_OK_AND_ASSIGN(
          const v1::RelativeEffect effect,
          Compare(estimate, model, comparison.first(), comparison.second()));
      EXPECT_NEAR(sum, effect.effect(), 1e-10);
    }
  };
  check(estimate.contributions(), Model::kRandom);
  check(estimate.contributions_common(), Model::kCommon);
}

TEST(AddContributionsTest, SharesByJudgementAreThoseOfTheStudies) {
  DetailInputs inputs = Triangle();
  inputs.facts["1"].risk_of_bias = v1::RiskOfBias::HIGH;
  inputs.facts["2"].risk_of_bias = v1::RiskOfBias::SOME_CONCERNS;
  inputs.facts["1"].indirectness = v1::Indirectness::LOW;
  inputs.facts["3"].indirectness = v1::Indirectness::MODERATE;
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked(), inputs));
  const v1::ComparisonContributions& ab =
      estimate.contributions_common().comparisons(0);
  EXPECT_NEAR(ab.risk_of_bias().high(), 0.8, 1e-14);
  EXPECT_NEAR(ab.risk_of_bias().some(), 0.1, 1e-14);
  EXPECT_NEAR(ab.risk_of_bias().low(), 0, 1e-14);
  EXPECT_NEAR(ab.risk_of_bias().not_judged(), 0.1, 1e-14);
  EXPECT_NEAR(ab.indirectness().low(), 0.8, 1e-14);
  EXPECT_NEAR(ab.indirectness().some(), 0.1, 1e-14);
  EXPECT_NEAR(ab.indirectness().not_judged(), 0.1, 1e-14);
}

TEST(AddContributionsTest, OneComparisonIsOrientedAsAsked) {
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked("b", "a"), Triangle()));
  ASSERT_EQ(estimate.contributions_common().comparisons_size(), 1);
  const v1::ComparisonContributions& ba =
      estimate.contributions_common().comparisons(0);
  EXPECT_EQ(ba.first(), "b");
  EXPECT_THAT(ba.flows(), Pointwise(DoubleNear(1e-14), {-0.8, -0.2, 0.2, 0.0}));
  EXPECT_THAT(ba.study_shares(),
              Pointwise(DoubleNear(1e-14), {0.8, 0.1, 0.1, 0.0}));
}

TEST(AddContributionsTest, WhatCannotBeAskedIsRefused) {
  EXPECT_THAT(CheckDetails("details", Asked("a", "")).message(),
              HasSubstr("details.contributions.second"));
  EXPECT_THAT(CheckDetails("details", Asked("", "a")).message(),
              HasSubstr("details.contributions.first"));
  EXPECT_THAT(CheckDetails("details", Asked("a", "a")).message(),
              HasSubstr("details.contributions.second"));
  EXPECT_EQ(EstimateWith(Asked("a", "no-such"), Triangle()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(EstimateWith(Asked("a", "a"), Triangle()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(EstimateWith(Asked("a", "x"), Triangle()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      EstimateWith(Asked(), Triangle(), /*cancelled=*/true).status().code(),
      absl::StatusCode::kCancelled);
}

TEST(AddContributionsTest, OfALargeNetworkOneComparisonAtATime) {
  std::vector<nma::Study> star;
  for (int i = 0; i < 60; ++i) {
    star.push_back(Contrast(absl::StrCat(i), "centre", absl::StrCat("t", i), 1,
                            0.1 + 0.01 * i));
  }
  const DetailInputs inputs = GenericInputs(star);
  const absl::Status all = EstimateWith(Asked(), inputs).status();
  EXPECT_EQ(all.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(all.message(),
              HasSubstr("name one comparison (first and second)"));
  ASSERT_OK_AND_ASSIGN(const v1::Estimate one,
                       EstimateWith(Asked("t3", "t7"), inputs));
  double sum = 0;
  for (const double share : one.contributions().comparisons(0).study_shares()) {
    EXPECT_TRUE(share == 0 || std::abs(share - 0.5) < 1e-14) << share;
    sum += share;
  }
  EXPECT_NEAR(sum, 1, 1e-14);
}

TEST(AddContributionsTest, OfALargeNetworkTheJudgementsOfAllComparisons) {
  std::vector<nma::Study> star;
  for (int i = 0; i < 60; ++i) {
    star.push_back(Contrast(absl::StrCat(i), "centre", absl::StrCat("t", i), 1,
                            0.1 + 0.01 * i));
  }
  DetailInputs inputs = GenericInputs(star);
  inputs.facts["3"].risk_of_bias = v1::RiskOfBias::HIGH;
  v1::EstimateDetails details = Asked();
  details.mutable_contributions()->set_judgements_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::Estimate all, EstimateWith(details, inputs));
  EXPECT_EQ(all.contributions().comparisons_size(), 61 * 60 / 2);
  for (const auto& comparison : all.contributions().comparisons()) {
    EXPECT_TRUE(comparison.flows().empty());
    EXPECT_TRUE(comparison.study_shares().empty());
    const bool has_centre = comparison.first() == "centre";
    const bool is_direct = has_centre && comparison.second() == "t3";
    const bool has_t3 =
        comparison.first() == "t3" || comparison.second() == "t3";
    EXPECT_NEAR(comparison.risk_of_bias().high(),
                is_direct ? 1 : (has_t3 ? 0.5 : 0), 1e-14);
  }
}

// Correlated arms: a and b are far more precise against c than each other.
TEST(AddContributionsTest, WhatHasNoSharesSaysWhy) {
  const DetailInputs inputs = GenericInputs(
      {{"1", std::vector<nma::Contrast>{{"a", "b", 1, std::sqrt(1)},
                                        {"a", "c", 1, std::sqrt(1)},
                                        {"a", "d", 1, std::sqrt(1)},
                                        {"b", "c", 0, std::sqrt(1.9)},
                                        {"b", "d", 0, std::sqrt(0.95)},
                                        {"c", "d", 0, std::sqrt(0.95)}}},
       Contrast("2", "b", "x", 1, 0.5),
       Contrast("3", "c", "y", 1, 0.5)});
  ASSERT_OK_AND_ASSIGN(const v1::Estimate estimate,
                       EstimateWith(Asked("x", "y"), inputs));
  const v1::ComparisonContributions& xy =
      estimate.contributions_common().comparisons(0);
  bool negative = false;
  for (const auto& direct : estimate.contributions_common().direct()) {
    negative = negative || direct.weight() < 0;
  }
  ASSERT_TRUE(negative);
  EXPECT_THAT(xy.no_shares(), HasSubstr("in a circle"));
  EXPECT_EQ(xy.direct_shares_size(), 0);
  EXPECT_EQ(xy.study_shares_size(), 0);
  EXPECT_FALSE(xy.has_risk_of_bias());
  EXPECT_GT(xy.flows_size(), 0);
}

}  // namespace
}  // namespace tidemark::review
