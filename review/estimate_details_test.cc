#include "review/estimate_details.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/relative_effects.h"
#include "review/testing/detailed_estimate.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::GenericAnalysis;
using ::tidemark::testing::GenericInputs;

// A triangle of two-arm studies that disagree, and a pair beside it.
std::vector<nma::Study> Studies() {
  return {Contrast("1", "a", "b", 1, 0.4), Contrast("2", "a", "b", 1.5, 0.5),
          Contrast("3", "b", "c", 2, 0.5), Contrast("4", "a", "c", 1, 0.6),
          Contrast("5", "x", "y", 1, 0.5)};
}

v1::Estimate EstimateOf(const std::vector<nma::Study>& studies) {
  return testing::EstimateOf(studies, GenericAnalysis());
}

v1::Estimate With(const v1::EstimateDetails& details) {
  const auto estimate = EstimateWith(details, GenericInputs(Studies()));
  EXPECT_OK(estimate);
  return estimate.value_or(v1::Estimate());
}

TEST(FillDerivedTest, LeavesWhatIsStoredAsItIs) {
  const v1::Estimate stored = EstimateOf(Studies());
  v1::Estimate filled = stored;
  FillDerived(&filled);
  EXPECT_EQ(filled.random().relative_effects_size(), 4);
  EXPECT_EQ(filled.random().rankings_size(), 2);
  for (v1::ModelEstimate* model :
       {filled.mutable_common(), filled.mutable_random()}) {
    model->clear_relative_effects();
    model->clear_rankings();
  }
  EXPECT_TRUE(MessageDifferencer::Equals(filled, stored));
}

TEST(FillDerivedTest, FillsOnceHoweverOftenItIsCalled) {
  v1::Estimate once = EstimateOf(Studies());
  FillDerived(&once);
  v1::Estimate twice = once;
  FillDerived(&twice);
  EXPECT_TRUE(MessageDifferencer::Equals(once, twice));
}

TEST(FillDerivedTest, AnOnlyComponentGivesItsIntervalsOfTau2) {
  std::vector<nma::Study> connected = Studies();
  connected.pop_back();
  v1::Estimate estimate = EstimateOf(connected);
  FillDerived(&estimate);
  ASSERT_TRUE(estimate.has_tau2_q_profile());
  EXPECT_TRUE(MessageDifferencer::Equals(
      estimate.tau2_q_profile(),
      estimate.component_heterogeneity(0).tau2_q_profile()));
  EXPECT_TRUE(MessageDifferencer::Equals(
      estimate.tau2_profile_likelihood(),
      estimate.component_heterogeneity(0).tau2_profile_likelihood()));
  v1::Estimate two = EstimateOf(Studies());
  FillDerived(&two);
  EXPECT_FALSE(two.has_tau2_q_profile());
}

TEST(FillDerivedTest, OfNoEstimateThereIsNothing) {
  v1::Estimate estimate = EstimateOf({});
  const v1::Estimate before = estimate;
  FillDerived(&estimate);
  EXPECT_TRUE(MessageDifferencer::Equals(estimate, before));
}

TEST(AddDetailsTest, AddsOnlyWhatIsAskedFor) {
  const v1::Estimate plain = With(v1::EstimateDetails());
  EXPECT_THAT(plain.splits(), IsEmpty());
  EXPECT_THAT(plain.node_splits(), IsEmpty());
  EXPECT_THAT(plain.designs(), IsEmpty());
  EXPECT_FALSE(plain.random().rankings(0).has_probability_error());
  EXPECT_FALSE(plain.random().rankings(0).ranks(0).has_p_score_mid());
}

TEST(AddDetailsTest, DirectAndIndirectEvidenceMakeTheNetworkEstimate) {
  v1::EstimateDetails details;
  details.set_splits(true);
  const v1::Estimate estimate = With(details);
  ASSERT_EQ(estimate.splits_size(), 4);
  for (int i = 0; i < 3; ++i) {
    for (const auto& [split, model] :
         {std::pair(estimate.splits(i), Model::kRandom),
          std::pair(estimate.splits_common(i), Model::kCommon)}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::RelativeEffect network,
          Compare(estimate, model, split.first(), split.second()));
      const double share = split.direct_share();
      EXPECT_NEAR(share * split.direct().effect() +
                      (1 - share) * split.indirect().effect(),
                  network.effect(), 1e-12);
      EXPECT_NEAR(split.difference().effect(),
                  split.direct().effect() - split.indirect().effect(), 1e-12);
      EXPECT_LT(split.direct().lower(), split.direct().effect());
    }
  }
  const v1::Split& alone = estimate.splits(3);
  EXPECT_EQ(alone.first(), "x");
  EXPECT_FALSE(alone.has_indirect());
  EXPECT_FALSE(alone.has_difference());
  EXPECT_THAT(alone.no_indirect(), HasSubstr("direct evidence is all"));
}

TEST(AddDetailsTest, NodeSplitsRefitTheRest) {
  v1::EstimateDetails details;
  details.set_node_splits(true);
  const v1::Estimate estimate = With(details);
  ASSERT_EQ(estimate.node_splits_size(), 4);
  const v1::Split& split = estimate.node_splits(0);  // a versus b
  EXPECT_EQ(split.studies(), 2);
  // a to c and c to b: 1 minus 2.
  EXPECT_NEAR(split.indirect().effect(), -1, 1e-12);
  EXPECT_EQ(split.refit_tau2(), 0);  // a chain
  EXPECT_THAT(estimate.node_splits(3).no_indirect(), HasSubstr("nothing"));
  EXPECT_FALSE(estimate.node_splits(3).has_refit_tau2());
}

TEST(AddDetailsTest, DesignsAddUpToQBetween) {
  v1::EstimateDetails details;
  details.set_designs(true);
  const v1::Estimate estimate = With(details);
  ASSERT_EQ(estimate.designs_size(), 4);
  EXPECT_THAT(estimate.designs(0).treatments(), ElementsAre("a", "b"));
  EXPECT_EQ(estimate.designs(0).studies(), 2);
  double between = 0;
  double within = 0;
  double random = 0;
  for (int i = 0; i < estimate.designs_size(); ++i) {
    between += estimate.designs(i).q_between();
    within += estimate.designs(i).q_within();
    random += estimate.designs_random(i).q_between();
  }
  EXPECT_NEAR(between, estimate.q_between(), 1e-12);
  EXPECT_NEAR(within, estimate.q_within(), 1e-12);
  EXPECT_NEAR(random, estimate.q_between_random(), 1e-12);
  EXPECT_NEAR(estimate.q_within() + estimate.q_between(), estimate.q(), 1e-12);
}

TEST(AddDetailsTest, AskingTwiceAddsOnce) {
  v1::EstimateDetails details;
  details.set_splits(true);
  details.set_node_splits(true);
  details.set_designs(true);
  v1::Estimate estimate = With(details);
  const v1::Estimate once = estimate;
  ASSERT_OK(AddDetails(
      details, GenericInputs(Studies()), [] { return false; }, &estimate));
  EXPECT_TRUE(MessageDifferencer::Equals(estimate, once));
}

TEST(AddDetailsTest, OfNoEstimateThereIsNothing) {
  v1::EstimateDetails details;
  details.set_splits(true);
  details.set_rank_probabilities(true);
  v1::Estimate estimate = EstimateOf({});
  const v1::Estimate before = estimate;
  ASSERT_OK(AddDetails(
      details, {}, [] { return false; }, &estimate));
  EXPECT_TRUE(MessageDifferencer::Equals(estimate, before));
}

TEST(AddDetailsTest, RankProbabilitiesHaveALimit) {
  v1::Estimate estimate;
  for (int i = 0; i < 501; ++i) estimate.add_treatments("t");
  v1::EstimateDetails details;
  details.set_rank_probabilities(true);
  EXPECT_THAT(AddDetails(
                  details, {}, [] { return false; }, &estimate),
              testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("at most 500")));
}

TEST(CheckDetailsTest, NamesTheFieldThatCannotBe) {
  const auto violated = [](int64_t points, double mid) {
    v1::EstimateDetails details;
    details.set_rank_points(points);
    details.set_minimal_important_difference(mid);
    return testing::FieldsOf(CheckDetails("details", details));
  };
  EXPECT_THAT(violated(1 << 22, 0.5), IsEmpty());
  EXPECT_THAT(violated(-1, 0.5), ElementsAre("details.rank_points"));
  EXPECT_THAT(violated((1 << 22) + 1, 0.5), ElementsAre("details.rank_points"));
  for (const double mid : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(violated(0, mid),
                ElementsAre("details.minimal_important_difference"));
  }
  EXPECT_OK(CheckDetails("details", v1::EstimateDetails()));
}

}  // namespace
}  // namespace tidemark::review
