#include "review/rankings.h"

#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two components of two treatments: b is 1 below a, y 2 above x.
v1::Estimate TwoComponents() {
  return testing::FromText<v1::Estimate>(R"pb(
    treatments: "a"
    treatments: "b"
    treatments: "x"
    treatments: "y"
    small_values_desirable: true
    common {
      effects: 0
      effects: -1
      effects: 0
      effects: 2
      pair_variances: [ 1, 0, 0, 0, 0, 1 ]
    }
    random {
      effects: 0
      effects: -1
      effects: 0
      effects: 2
      pair_variances: [ 1, 0, 0, 0, 0, 4 ]
    }
    components {
      values { string_value: "a" }
      values { string_value: "b" }
    }
    components {
      values { string_value: "x" }
      values { string_value: "y" }
    }
  )pb");
}

constexpr double kPhi1 = 0.841344746068542949;  // Phi(1)

TEST(FillRankingsTest, EachComponentHasItsOwnRanks) {
  v1::Estimate estimate = TwoComponents();
  FillRankings(v1::EstimateDetails(), &estimate);
  ASSERT_EQ(estimate.random().rankings_size(), 2);
  const v1::Ranking& first = estimate.random().rankings(0);
  EXPECT_EQ(first.ranks(0).treatment(), "a");
  EXPECT_NEAR(first.ranks(0).mean_rank(), 1 + kPhi1, 1e-14);
  EXPECT_NEAR(first.ranks(1).mean_rank(), 2 - kPhi1, 1e-14);
  // Of two treatments POTH is (2 P - 1)^2.
  EXPECT_NEAR(first.poth(), (2 * kPhi1 - 1) * (2 * kPhi1 - 1), 1e-14);
  EXPECT_EQ(estimate.random().rankings(1).ranks(0).treatment(), "x");
  EXPECT_LT(estimate.random().rankings(1).ranks(0).mean_rank(), 1.5);
  EXPECT_FALSE(first.ranks(0).has_median_rank());
  EXPECT_FALSE(first.has_probability_error());
}

TEST(FillRankingsTest, AMinimalImportantDifferenceIsSubtracted) {
  v1::Estimate estimate = TwoComponents();
  v1::EstimateDetails details;
  details.set_minimal_important_difference(1);
  FillRankings(details, &estimate);
  const v1::Ranking& ranking = estimate.random().rankings(0);
  EXPECT_NEAR(ranking.ranks(1).p_score_mid(), 0.5, 1e-14);  // Phi(0)
  EXPECT_NEAR(ranking.ranks(0).p_score_mid(), 0.0227501319481792072, 1e-14);
}

bool Never() { return false; }

TEST(AddRankProbabilitiesTest, TheyComeWithTheirError) {
  v1::Estimate estimate = TwoComponents();
  FillRankings(v1::EstimateDetails(), &estimate);
  ASSERT_OK(AddRankProbabilities(v1::EstimateDetails(), Never, &estimate));
  const v1::Ranking& ranking = estimate.random().rankings(0);
  EXPECT_LE(ranking.probability_error(), 2e-3);
  EXPECT_GT(ranking.points(), 0);
  EXPECT_NEAR(ranking.ranks(1).probabilities(0), kPhi1,
              ranking.probability_error());
  EXPECT_EQ(ranking.ranks(1).median_rank(), 1);
  EXPECT_EQ(ranking.ranks(0).median_rank(), 2);
}

TEST(AddRankProbabilitiesTest, MorePointsAreUsedIfAskedFor) {
  v1::Estimate estimate = TwoComponents();
  v1::EstimateDetails details;
  details.set_rank_points(100000);
  FillRankings(details, &estimate);
  ASSERT_OK(AddRankProbabilities(details, Never, &estimate));
  EXPECT_GE(estimate.random().rankings(0).points(), 100000);
}

TEST(AddRankProbabilitiesTest, StopWhileTheySimulate) {
  v1::Estimate estimate = TwoComponents();
  FillRankings(v1::EstimateDetails(), &estimate);
  int questions = 0;
  EXPECT_THAT(
      AddRankProbabilities(
          v1::EstimateDetails(), [&] { return ++questions == 5; }, &estimate),
      testing::StatusIs(absl::StatusCode::kCancelled,
                        ::testing::HasSubstr("ranks was cancelled")));
  EXPECT_EQ(questions, 5);
}

using Scores = std::vector<std::pair<std::string, double>>;

// An estimate of these components.
v1::Estimate Scored(const std::string& analysis,
                    const std::vector<Scores>& components) {
  v1::Estimate estimate;
  estimate.set_analysis_id(analysis);
  for (const Scores& component : components) {
    auto* members = estimate.add_components();
    for (const auto& [treatment, score] : component) {
      members->add_values()->set_string_value(treatment);
      estimate.add_treatments(treatment);
      v1::PScore* p_score = estimate.add_p_scores();
      p_score->set_treatment(treatment);
      p_score->set_random(score);
    }
  }
  return estimate;
}

std::vector<std::string> CoversOf(const v1::PartialOrder& order) {
  std::vector<std::string> covers;
  for (const v1::PartialOrder::Cover& cover : order.covers()) {
    covers.push_back(cover.better() + ">" + cover.worse());
  }
  return covers;
}

TEST(PartialOrderOfTest, HoldsWhereAllAnalysesAgree) {
  const v1::PartialOrder order = PartialOrderOf(
      {Scored("pain", {{{"a", 0.9}, {"b", 0.5}, {"c", 0.6}, {"d", 0.1}}}),
       Scored("harm", {{{"a", 0.8}, {"b", 0.7}, {"c", 0.3}, {"d", 0.2}}})});
  EXPECT_THAT(order.analysis_ids(), ElementsAre("pain", "harm"));
  // b and c swap; a is before all, d behind all.
  EXPECT_THAT(CoversOf(order), ElementsAre("a>b", "a>c", "b>d", "c>d"));
  EXPECT_TRUE(order.items(0).maximal());
  EXPECT_FALSE(order.items(1).maximal());
  EXPECT_THAT(order.items(1).p_scores(), ElementsAre(0.5, 0.7));
}

TEST(PartialOrderOfTest, WhatAnAnalysisLacksIsNotCompared) {
  const v1::PartialOrder order =
      PartialOrderOf({Scored("pain", {{{"a", 0.9}, {"b", 0.1}}}),
                      Scored("harm", {{{"a", 0.8}, {"b", 0.2}, {"z", 0.5}}})});
  EXPECT_THAT(order.not_compared(), ElementsAre("z"));
  EXPECT_EQ(order.items_size(), 2);
}

// No study connects a, b with c, d for pain: their P-scores are of two games.
TEST(PartialOrderOfTest, PartsThatNothingConnectsAreNotCompared) {
  const v1::PartialOrder order = PartialOrderOf(
      {Scored("pain", {{{"a", 0.9}, {"b", 0.1}}, {{"c", 0.8}, {"d", 0.2}}}),
       Scored("harm", {{{"a", 0.9}, {"b", 0.4}, {"c", 0.5}, {"d", 0.2}}})});
  EXPECT_THAT(CoversOf(order), ElementsAre("a>b", "c>d"));
  EXPECT_TRUE(order.items(0).maximal());
  EXPECT_TRUE(order.items(2).maximal());
}

TEST(PartialOrderOfTest, EqualIsNotIncomparable) {
  const v1::PartialOrder order =
      PartialOrderOf({Scored("pain", {{{"a", 0.5}, {"b", 0.5}}}),
                      Scored("harm", {{{"a", 0.5}, {"b", 0.5}}})});
  EXPECT_THAT(order.covers(), IsEmpty());
  ASSERT_EQ(order.ties_size(), 1);
  EXPECT_EQ(order.ties(0).first(), "a");
  EXPECT_EQ(order.ties(0).second(), "b");
}

TEST(PartialOrderOfTest, WithoutAnEstimateNothingIsCompared) {
  const v1::PartialOrder order =
      PartialOrderOf({Scored("pain", {{{"a", 0.9}, {"b", 0.1}}}),
                      Scored("harm", std::vector<Scores>())});
  EXPECT_THAT(order.items(), IsEmpty());
  EXPECT_THAT(order.not_compared(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace tidemark::review
