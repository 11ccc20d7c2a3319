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

constexpr char kMean[] = "results[pain/6m/msc1].continuous.mean";

// The toy review with alpha, whose mean of msc1 was corrected from 30 to 20.
class LeaveOutTest : public ::testing::Test {
 protected:
  LeaveOutTest() {
    log_.Append(testing::PutReview(testing::ToyReview()));
    log_.Append(testing::PutAnalyses({testing::PainAnalysis()}));
    log_.Append(testing::Submit({testing::ToyTrial("alpha")}));
    first_ = log_.state().FindTrial("alpha")->record;
    log_.Append(testing::Correct("alpha", kMean, "20"));
    corrected_ = log_.state().FindTrial("alpha")->record;
  }

  absl::StatusOr<Hypothesis> Without(const Written& written) {
    return LeaveOutEntry(log_.state(), *log_.state().FindAnalysis("pain-6m"),
                         written);
  }

  v1::Estimate EstimateWithout(const Written& written) {
    const auto hypothesis = Without(written);
    EXPECT_TRUE(hypothesis.ok()) << hypothesis.status();
    if (!hypothesis.ok()) return {};
    return EstimateHypothesis(*hypothesis).value();
  }

  // The entry that corrected alpha.
  Written Correction() const {
    Written written;
    written.trials.push_back({first_, corrected_});
    return written;
  }

  testing::HonestLog log_;
  v1::TrialRecord first_;
  v1::TrialRecord corrected_;
};

TEST_F(LeaveOutTest, ATrialIsAsItWasBeforeTheEntry) {
  EXPECT_DOUBLE_EQ(
      Compare(EstimateWithout({}), Model::kRandom, "ha", "msc1")->effect(),
      2.2);
  EXPECT_DOUBLE_EQ(
      Compare(EstimateWithout(Correction()), Model::kRandom, "ha", "msc1")
          ->effect(),
      1.2);
}

TEST_F(LeaveOutTest, WhatALaterEntryGaveStays) {
  log_.Append(testing::Correct("alpha", "title", "Alpha"));
  log_.Append(testing::SetStatus({"alpha"}, v1::TrialStatus::RETRACTED,
                                 "10.1000/notice"));
  const auto hypothesis = Without(Correction());
  ASSERT_OK(hypothesis);
  const v1::TrialRecord& left = hypothesis->state.FindTrial("alpha")->record;
  EXPECT_EQ(left.status(), v1::TrialStatus::RETRACTED);
  EXPECT_EQ(left.notice(), "10.1000/notice");
  EXPECT_EQ(left.trial().title(), "Alpha");
  EXPECT_EQ(left.trial().results(1).continuous().mean(), 30);
  EXPECT_EQ(EstimateWithout(Correction()).not_estimable(),
            "no study can be used");
}

TEST_F(LeaveOutTest, AValueThatWasCorrectedAgainStays) {
  log_.Append(testing::Correct("alpha", kMean, "25"));
  EXPECT_DOUBLE_EQ(
      Compare(EstimateWithout(Correction()), Model::kRandom, "ha", "msc1")
          ->effect(),
      1.7);
}

TEST_F(LeaveOutTest, AStatusThatStillHoldsIsTakenBackWithItsNotice) {
  log_.Append(testing::SetStatus({"alpha"}, v1::TrialStatus::RETRACTED,
                                 "10.1000/notice"));
  Written retraction;
  retraction.trials.push_back(
      {corrected_, log_.state().FindTrial("alpha")->record});
  log_.Append(testing::Correct("alpha", "title", "Alpha"));
  const auto hypothesis = Without(retraction);
  ASSERT_OK(hypothesis);
  const v1::TrialRecord& left = hypothesis->state.FindTrial("alpha")->record;
  EXPECT_EQ(left.status(), v1::TrialStatus::INCLUDED);
  EXPECT_EQ(left.notice(), "");
  EXPECT_EQ(left.trial().title(), "Alpha");
}

TEST_F(LeaveOutTest, ATrialThatTheEntryBroughtIsNotThere) {
  Written written;
  written.trials.push_back({std::nullopt, first_});
  EXPECT_EQ(EstimateWithout(written).not_estimable(), "no study can be used");
}

TEST_F(LeaveOutTest, TheAnalysisIsAsItWasBeforeTheEntry) {
  Written written;
  auto& analysis = written.analysis.emplace();
  analysis.after = log_.state().FindAnalysis("pain-6m")->record.analysis();
  analysis.before = analysis.after;
  analysis.before->set_level(0.9);
  EXPECT_EQ(EstimateWithout(written).level(), 0.9);
  // A later entry gave it another one.
  analysis.after.set_level(0.8);
  EXPECT_EQ(EstimateWithout(written).level(), 0.95);
}

TEST_F(LeaveOutTest, WhatAllElseRestsOnCannotBeLeftOut) {
  Written protocol;
  protocol.protocol = true;
  EXPECT_THAT(Without(protocol).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("wrote the protocol")));
  Written analysis;
  analysis.analysis.emplace();
  EXPECT_THAT(Without(analysis).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("brought the analysis")));
}

TEST_F(LeaveOutTest, WhatIsLeftMustFitTheProtocolOfTheEnd) {
  Written written = Correction();
  written.trials[0].before->mutable_trial()->mutable_arms(0)->set_treatment(
      "placebo");
  EXPECT_THAT(Without(written).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("\"placebo\" is no treatment")));
}

}  // namespace
}  // namespace tidemark::review
