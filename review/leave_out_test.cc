#include "review/leave_out.h"

#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/hypothesis.h"
#include "review/relative_effects.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

// The toy review with alpha, whose mean of msc1 was corrected from 30 to 20.
class LeaveOutTest : public ::testing::Test {
 protected:
  LeaveOutTest() {
    log_.Append(testing::PutReview(testing::ToyReview()));
    log_.Append(testing::PutAnalyses({testing::PainAnalysis()}));
    log_.Append(testing::Submit({testing::ToyTrial("alpha")}));
    first_ = log_.state().FindTrial("alpha")->record;
    log_.Append(testing::Correct(
        "alpha", "results[pain/6m/msc1].continuous.mean", "20"));
  }

  absl::StatusOr<Hypothesis> Without(const Replaced& replaced) {
    return LeaveOutEntry(log_.state(), *log_.state().FindAnalysis("pain-6m"),
                         replaced);
  }

  v1::Estimate EstimateWithout(const Replaced& replaced) {
    const auto hypothesis = Without(replaced);
    EXPECT_TRUE(hypothesis.ok()) << hypothesis.status();
    if (!hypothesis.ok()) return {};
    return EstimateHypothesis(*hypothesis).value();
  }

  testing::HonestLog log_;
  v1::TrialRecord first_;
};

TEST_F(LeaveOutTest, ATrialIsAsItWasBeforeTheEntry) {
  EXPECT_DOUBLE_EQ(
      Compare(EstimateWithout({}), Model::kRandom, "ha", "msc1")->effect(),
      2.2);
  Replaced replaced;
  replaced.trials.push_back({"alpha", first_});
  EXPECT_DOUBLE_EQ(
      Compare(EstimateWithout(replaced), Model::kRandom, "ha", "msc1")
          ->effect(),
      1.2);
}

TEST_F(LeaveOutTest, ATrialThatTheEntryBroughtIsNotThere) {
  Replaced replaced;
  replaced.trials.push_back({"alpha", std::nullopt});
  EXPECT_EQ(EstimateWithout(replaced).not_estimable(), "no study can be used");
}

TEST_F(LeaveOutTest, TheAnalysisIsAsItWasBeforeTheEntry) {
  Replaced replaced;
  replaced.wrote_analysis = true;
  replaced.analysis = testing::PainAnalysis();
  replaced.analysis->set_level(0.9);
  EXPECT_EQ(EstimateWithout(replaced).level(), 0.9);
}

TEST_F(LeaveOutTest, WhatAllElseRestsOnCannotBeLeftOut) {
  Replaced protocol;
  protocol.wrote_protocol = true;
  EXPECT_THAT(Without(protocol).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("wrote the protocol")));
  Replaced analysis;
  analysis.wrote_analysis = true;
  EXPECT_THAT(Without(analysis).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("brought the analysis")));
}

TEST_F(LeaveOutTest, WhatWasThereBeforeMustFitTheProtocolOfTheEnd) {
  Replaced replaced;
  first_.mutable_trial()->mutable_arms(0)->set_treatment("placebo");
  replaced.trials.push_back({"alpha", first_});
  EXPECT_THAT(Without(replaced).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("\"placebo\" is no treatment")));
}

}  // namespace
}  // namespace tidemark::review
