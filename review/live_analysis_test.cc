#include "review/live_analysis.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "base/version.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/analysis_inputs.h"
#include "review/compare_estimates.h"
#include "review/plan_change.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using testing::AddContrast;
using testing::AddEvents;
using testing::AddPain;
using testing::Correct;
using ::testing::HasSubstr;
using testing::SetStatus;
using testing::Submit;
using testing::ToyTrial;
using testing::TrialOf;

// States of the toy review, each with change commitments of its own, and live
// analyses that are asked for them in the order of the calls.
class LiveReviewStates {
 public:
  // The state after the change, or why the review refuses it.
  absl::StatusOr<ReviewState> After(const ReviewState& before,
                                    const v1::Change& change) {
    absl::StatusOr<PlannedChange> plan =
        PlanChange(before, testing::kToyReview, change, Author());
    if (!plan.ok()) return plan.status();
    EntryContext entry;
    entry.sequence = before.sequence() + 1;
    // As the salt does: no two drafts share a commitment.
    entry.commitment = audit::Sha256(absl::StrCat(++drafts_));
    ReviewState after = before;
    after.Apply(plan->delta, entry);
    return after;
  }

  ReviewState Expect(const ReviewState& before, const v1::Change& change) {
    absl::StatusOr<ReviewState> after = After(before, change);
    EXPECT_OK(after);
    return after.ok() ? *after : before;
  }

  // Every live analysis says of the state what a full estimate says.
  void ExpectAsInFull(const ReviewState& state) {
    for (const AnalysisVersion* analysis : state.Analyses()) {
      const std::string& id = analysis->record.analysis().analysis_id();
      SCOPED_TRACE(absl::StrCat(id, " at sequence ", state.sequence()));
      ExpectAsInFull(state, *analysis, live_[id]);
    }
  }

  int errors() const { return errors_; }
  int not_estimable() const { return not_estimable_; }

 private:
  void ExpectAsInFull(const ReviewState& state, const AnalysisVersion& analysis,
                      LiveAnalysis& live) {
    EXPECT_EQ(live.InputsDigest(state, analysis),
              InputsDigest(state, analysis, kEngineBuild));
    const auto full = EstimateAnalysis(state, analysis);
    const auto estimate = live.Estimate(state, analysis);
    ASSERT_EQ(estimate.status(), full.status());
    if (!full.ok()) {
      ++errors_;
      return;
    }
    if (!full->not_estimable().empty()) ++not_estimable_;
    EXPECT_EQ((*estimate)->inputs_digest(), full->inputs_digest());
    EXPECT_EQ((*estimate)->engine_build(), full->engine_build());
    // All but these two.
    ASSERT_OK_AND_ASSIGN(const double deviation,
                         LargestDeviation(*full, **estimate));
    EXPECT_LE(deviation, kSameEstimate);
  }

  std::map<std::string, LiveAnalysis> live_;
  int drafts_ = 0;
  int errors_ = 0;
  int not_estimable_ = 0;
};

v1::Trial AdverseTrial(const std::string& id, int events_ha, int events_msc1) {
  v1::Trial trial = TrialOf(id, {"ha", "msc1"});
  AddEvents("ha", events_ha, 15, &trial);
  AddEvents("msc1", events_msc1, 16, &trial);
  return trial;
}

class LiveAnalysisTest : public ::testing::Test {
 protected:
  // With the protocol and this analysis.
  ReviewState StateWith(const v1::Analysis& analysis) {
    return states_.Expect(
        states_.Expect(ReviewState(), testing::PutReview(testing::ToyReview())),
        testing::PutAnalyses({analysis}));
  }

  // Applies the change and compares.
  void Follow(const v1::Change& change, ReviewState& state) {
    state = states_.Expect(state, change);
    states_.ExpectAsInFull(state);
  }

  LiveReviewStates states_;
};

TEST_F(LiveAnalysisTest, FollowsATrialThroughItsLife) {
  ReviewState state = StateWith(testing::PainAnalysis());
  states_.ExpectAsInFull(state);
  Follow(Submit({ToyTrial("alpha")}), state);
  Follow(Submit({ToyTrial("beta")}), state);
  Follow(Correct("alpha", "results[pain/6m/ha].continuous.sd", "20"), state);
  Follow(SetStatus({"alpha"}, v1::TrialStatus::RETRACTED, "10.1/n"), state);
  Follow(SetStatus({"alpha"}, v1::TrialStatus::REINSTATED), state);
  // Then it has data for another outcome only.
  Follow(Submit({AdverseTrial("alpha", 3, 5)}), state);
  Follow(Submit({ToyTrial("alpha")}), state);
  // One not estimable: before the first trial.
  EXPECT_EQ(states_.not_estimable(), 1);
}

TEST_F(LiveAnalysisTest, NewVersionsOfAnalysisAndProtocolStartAgain) {
  v1::Analysis analysis = testing::PainAnalysis();
  ReviewState state = StateWith(analysis);
  Follow(Submit({ToyTrial("alpha"), ToyTrial("beta")}), state);
  analysis.mutable_filters()->add_exclude_trials("beta");
  Follow(testing::PutAnalyses({analysis}), state);
  analysis.set_tau2_method(v1::Tau2Method::DL);
  analysis.clear_filters();
  Follow(testing::PutAnalyses({analysis}), state);
  v1::Review review = testing::ToyReview();
  review.mutable_outcomes(0)->set_scale_max(20);
  Follow(testing::PutReview(review), state);
}

TEST_F(LiveAnalysisTest, TheFirstAndTheLastZeroCellChangeAllUnderIf0All) {
  v1::Analysis analysis = testing::AdverseAnalysis();
  analysis.set_zero_cells(v1::ZeroCellRule::IF0ALL);
  ReviewState state = StateWith(analysis);
  Follow(Submit({AdverseTrial("alpha", 3, 5), AdverseTrial("beta", 2, 9)}),
         state);
  const ReviewState without = state;
  Follow(Submit({AdverseTrial("gamma", 0, 4)}), state);
  Follow(Submit({AdverseTrial("delta", 0, 1)}), state);
  Follow(SetStatus({"gamma"}, v1::TrialStatus::EXCLUDED), state);
  Follow(Correct("delta", "results[adverse/any/ha].binary.events", "1"), state);
  states_.ExpectAsInFull(without);
}

TEST_F(LiveAnalysisTest, AReferenceMayComeIntoTheDataAndGo) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_reference("msc2");
  ReviewState state = StateWith(analysis);
  Follow(Submit({ToyTrial("alpha")}), state);
  v1::Trial beta = TrialOf("beta", {"ha", "msc2"});
  AddPain("ha", "vas", 40, 18, 8, &beta);
  AddPain("msc2", "vas", 27, 19, 9, &beta);
  Follow(Submit({beta}), state);
  Follow(SetStatus({"beta"}, v1::TrialStatus::RETRACTED, "10.1/n"), state);
}

TEST_F(LiveAnalysisTest, ADraftThatIsRefusedLeavesNothingBehind) {
  ReviewState state = StateWith(testing::PainAnalysis());
  Follow(Submit({ToyTrial("alpha")}), state);
  // Differences of three arms that do not add up.
  v1::Trial faulty = TrialOf("alpha", {"ha", "msc1", "msc2"});
  AddContrast("ha", "msc1", 1, 0.5, &faulty);
  AddContrast("ha", "msc2", 2, 0.5, &faulty);
  AddContrast("msc1", "msc2", 9, 0.5, &faulty);
  const ReviewState draft = states_.Expect(state, Submit({faulty}));
  LiveAnalysis live;
  const AnalysisVersion& pain = *state.FindAnalysis("pain-6m");
  EXPECT_OK(live.Estimate(state, pain));
  EXPECT_THAT(live.Estimate(draft, pain),
              testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("analysis \"pain-6m\": study "
                                          "\"alpha\"")));
  states_.ExpectAsInFull(draft);
  EXPECT_EQ(states_.errors(), 1);
  states_.ExpectAsInFull(state);
  Follow(Submit({ToyTrial("beta")}), state);
}

// Changes at random, half of them given up as a dry run gives them up: small
// counts for zero cells, few trials so that the network falls apart and grows
// together, every kind of change.
class RandomChanges {
 public:
  explicit RandomChanges(int seed) : random_(seed) {}

  int Below(int bound) {
    return std::uniform_int_distribution<int>(0, bound - 1)(random_);
  }

  v1::Change Next() {
    switch (Below(8)) {
      case 0:
        return SetStatus({TrialId()}, v1::TrialStatus::RETRACTED, "10.1/n");
      case 1:
        return SetStatus({TrialId()}, v1::TrialStatus::CONCERN, "10.1/n");
      case 2:
        return SetStatus({TrialId()}, v1::TrialStatus::REINSTATED);
      case 3:
        return Below(3) == 0 ? testing::PutReview(Protocol())
                             : testing::PutAnalyses({Pain(), Adverse()});
      case 4:
        return Correct(TrialId(), "results[adverse/any/ha].binary.events",
                       absl::StrCat(Below(3)));
      case 5:
        return Submit({Trial(TrialId()), Trial("omega")});
      default:
        return Submit({Trial(TrialId())});
    }
  }

  v1::Review Protocol() {
    v1::Review review = testing::ToyReview();
    review.mutable_outcomes(0)->set_scale_max(10 + Below(3));
    return review;
  }

  v1::Analysis Pain() {
    v1::Analysis analysis = testing::PainAnalysis();
    analysis.set_tau2_method(Below(2) == 0 ? v1::Tau2Method::REML
                                           : v1::Tau2Method::PM);
    analysis.set_reference("saline");
    analysis.mutable_filters()->set_exclude_concern(Below(2) == 0);
    return analysis;
  }

  v1::Analysis Adverse() {
    v1::Analysis analysis = testing::AdverseAnalysis();
    analysis.set_zero_cells(Below(4) == 0 ? v1::ZeroCellRule::NONE
                                          : v1::ZeroCellRule::IF0ALL);
    if (Below(2) == 0) {
      analysis.mutable_filters()->add_exclude_trials(TrialId());
    }
    return analysis;
  }

 private:
  std::string TrialId() { return absl::StrCat("trial-", Below(8)); }

  v1::Trial Trial(const std::string& id) {
    std::vector<std::string> arms = {"ha", "msc1", "msc2", "saline"};
    std::shuffle(arms.begin(), arms.end(), random_);
    arms.resize(2 + Below(3));
    v1::Trial trial = TrialOf(id, arms);
    for (const std::string& arm : arms) {
      if (Below(6) > 0) AddEvents(arm, Below(5), 20, &trial);
      if (Below(6) > 0) {
        AddPain(arm, "vas", 20 + Below(40), 15 + Below(10), 10 + Below(50),
                &trial);
      }
    }
    return trial;
  }

  std::mt19937 random_;
};

class RandomHistoryTest : public ::testing::TestWithParam<int> {};

TEST_P(RandomHistoryTest, IsFollowedWhateverWasGivenUp) {
  LiveReviewStates states;
  RandomChanges changes(GetParam());
  ReviewState state = states.Expect(
      states.Expect(ReviewState(), testing::PutReview(changes.Protocol())),
      testing::PutAnalyses({changes.Pain(), changes.Adverse()}));
  int followed = 0;
  for (int i = 0; i < 150; ++i) {
    const absl::StatusOr<ReviewState> draft =
        states.After(state, changes.Next());
    if (!draft.ok()) continue;
    ++followed;
    states.ExpectAsInFull(*draft);
    if (changes.Below(2) == 0) state = *draft;
  }
  EXPECT_GT(followed, 50);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistoryTest, ::testing::Range(1, 5));

}  // namespace
}  // namespace tidemark::review
