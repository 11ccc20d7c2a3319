#include "review/estimate_diff.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/conclusion_events.h"
#include "review/relative_effects.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::review {
namespace {

using Arms = std::vector<nma::ContinuousArm>;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DiffEstimatesTest : public ::testing::Test {
 protected:
  DeclaredEstimate Declare(const std::vector<nma::Study>& studies,
                           int64_t sequence) {
    DeclaredEstimate declared;
    declared.estimate = testing::EstimateOf(studies, analysis_);
    declared.estimate.set_analysis_id(analysis_.analysis_id());
    declared.estimate.set_sequence(sequence);
    FillRelativeEffects(&declared.estimate);
    declared.analysis = &analysis_;
    declared.protocol = &review_;
    return declared;
  }

  static std::vector<std::string> PairsOf(const v1::EstimateDiff& diff) {
    std::vector<std::string> pairs;
    for (const v1::ComparisonDiff& comparison : diff.comparisons()) {
      const auto& any =
          comparison.has_after() ? comparison.after() : comparison.before();
      pairs.push_back((comparison.has_before() ? "" : "new ") + any.first() +
                      "-" + any.second() +
                      (comparison.has_after() ? "" : " gone"));
    }
    return pairs;
  }

  const v1::Analysis analysis_ = testing::PainAnalysis();
  const v1::Review review_ = testing::ToyReview();
  const nma::Study alpha_ = {"alpha",
                             Arms{{"ha", 42, 21, 15}, {"msc1", 30, 20, 15}}};
  const nma::Study moved_ = {"alpha",
                             Arms{{"ha", 42, 21, 15}, {"msc1", 20, 20, 15}}};
  const nma::Study apart_ = {
      "gamma", Arms{{"placebo", 44, 21, 30}, {"saline", 41, 20, 31}}};
  const nma::Study third_ = {"beta",
                             Arms{{"ha", 40, 18, 8}, {"msc2", 15, 16, 9}}};
};

TEST_F(DiffEstimatesTest, OnlyWhatMovedIsThere) {
  const DeclaredEstimate before = Declare({alpha_, apart_}, 3);
  const v1::EstimateDiff diff =
      DiffEstimates(&before, Declare({moved_, apart_}, 5));
  EXPECT_THAT(PairsOf(diff), ElementsAre("ha-msc1"));
  EXPECT_DOUBLE_EQ(diff.comparisons(0).before().effect(), 12);
  EXPECT_DOUBLE_EQ(diff.comparisons(0).after().effect(), 22);
  EXPECT_EQ(diff.sequence_before(), 3);
  EXPECT_EQ(diff.sequence_after(), 5);
  std::vector<v1::ConclusionEvent::Kind> kinds;
  for (const v1::ConclusionEvent& event : diff.events()) {
    kinds.push_back(event.kind());
  }
  EXPECT_THAT(kinds, Contains(v1::ConclusionEvent::SIGNIFICANCE_GAINED));
}

TEST_F(DiffEstimatesTest, WhatIsJudgedOtherwiseIsThereThoughItDidNotMove) {
  v1::Analysis strict = analysis_;
  v1::Threshold* threshold = strict.add_thresholds();
  threshold->set_kind(v1::Threshold::BETWEEN_GROUPS);
  threshold->set_value(0.5);
  threshold->set_source("ours");
  v1::Analysis lax = strict;
  lax.mutable_thresholds(0)->set_value(50);
  DeclaredEstimate before = Declare({alpha_}, 3);
  DeclaredEstimate after = Declare({alpha_}, 5);
  before.analysis = &strict;
  after.analysis = &lax;
  EXPECT_THAT(PairsOf(DiffEstimates(&before, after)), ElementsAre("ha-msc1"));
  after.analysis = &strict;
  EXPECT_THAT(PairsOf(DiffEstimates(&before, after)), IsEmpty());
}

TEST_F(DiffEstimatesTest, OnAnotherScaleNothingIsTheSame) {
  v1::Analysis other = analysis_;
  other.set_outcome("function");
  const DeclaredEstimate before = Declare({alpha_}, 3);
  DeclaredEstimate after = Declare({alpha_}, 5);
  after.analysis = &other;
  EXPECT_THAT(PairsOf(DiffEstimates(&before, after)), ElementsAre("ha-msc1"));
}

TEST_F(DiffEstimatesTest, ComparisonsComeAndGo) {
  const DeclaredEstimate before = Declare({alpha_, apart_}, 3);
  EXPECT_THAT(
      PairsOf(DiffEstimates(&before, Declare({alpha_, third_}, 5))),
      ElementsAre("new ha-msc2", "new msc1-msc2", "placebo-saline gone"));
}

TEST_F(DiffEstimatesTest, SidesAreWithoutEffects) {
  const DeclaredEstimate before = Declare({alpha_}, 3);
  const v1::EstimateDiff diff = DiffEstimates(&before, Declare({moved_}, 5));
  for (const v1::Estimate& side : {diff.before(), diff.after()}) {
    EXPECT_FALSE(side.has_random());
    EXPECT_THAT(side.p_scores(), IsEmpty());
    EXPECT_EQ(side.studies_size(), 1);
    EXPECT_EQ(side.level(), 0.95);
  }
}

TEST_F(DiffEstimatesTest, BeforeTheFirstThereWasNothing) {
  const v1::EstimateDiff diff = DiffEstimates(nullptr, Declare({alpha_}, 3));
  EXPECT_FALSE(diff.has_before());
  EXPECT_EQ(diff.sequence_before(), 0);
  EXPECT_THAT(PairsOf(diff), ElementsAre("new ha-msc1"));
}

}  // namespace
}  // namespace tidemark::review
