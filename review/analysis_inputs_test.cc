#include "review/analysis_inputs.h"

#include <algorithm>
#include <string>
#include <vector>

#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Submit;
using testing::ToyTrial;

constexpr char kBuild[] = "build";

// Applies a change as the next entry, with a commitment of its own.
void Apply(const v1::Change& change, ReviewState& state, int salt = 0) {
  ASSERT_OK_AND_ASSIGN(
      const PlannedChange plan,
      PlanChange(state, testing::kToyReview, change, Author()));
  EntryContext entry;
  entry.sequence = state.sequence() + 1;
  entry.commitment =
      audit::Sha256(plan.change.SerializeAsString() + std::to_string(salt));
  state.Apply(plan.delta, entry);
}

v1::Trial AdverseTrial(const std::string& id) {
  v1::Trial trial = testing::TrialOf(id, {"ha", "msc1"});
  testing::AddEvents("ha", 3, 15, &trial);
  testing::AddEvents("msc1", 5, 16, &trial);
  return trial;
}

// Protocol, analyses `adverse` and `pain-6m`, trial alpha with pain.
ReviewState ToyState(int salt = 0) {
  ReviewState state;
  Apply(testing::PutReview(testing::ToyReview()), state);
  Apply(testing::PutAnalyses(
            {testing::AdverseAnalysis(), testing::PainAnalysis()}),
        state);
  Apply(Submit({ToyTrial("alpha")}), state, salt);
  return state;
}

audit::Digest PainDigest(const ReviewState& state) {
  return InputsDigest(state, *state.FindAnalysis("pain-6m"), kBuild);
}

// The analyses that a change to the toy state moves.
std::vector<std::string> MovedBy(const v1::Change& change) {
  ReviewState state = ToyState();
  InputsDigests digests;
  UpdateInputs(state, kBuild, digests);
  Apply(change, state);
  return UpdateInputs(state, kBuild, digests);
}

TEST(InputsDigestTest, IsTheSameForTheSameLog) {
  EXPECT_EQ(PainDigest(ToyState()), PainDigest(ToyState()));
}

TEST(InputsDigestTest, ChangesWithTheSaltOfAChangeAndWithTheBuild) {
  EXPECT_NE(PainDigest(ToyState(0)), PainDigest(ToyState(1)));
  const ReviewState state = ToyState();
  const AnalysisVersion& analysis = *state.FindAnalysis("pain-6m");
  EXPECT_NE(InputsDigest(state, analysis, "a"),
            InputsDigest(state, analysis, "b"));
}

TEST(InputsDigestTest, DiffersBetweenAnalyses) {
  const ReviewState state = ToyState();
  EXPECT_NE(PainDigest(state),
            InputsDigest(state, *state.FindAnalysis("adverse"), kBuild));
}

TEST(UpdateInputsTest, FirstEverythingIsNew) {
  InputsDigests digests;
  const ReviewState state = ToyState();
  EXPECT_THAT(UpdateInputs(state, kBuild, digests),
              ElementsAre("adverse", "pain-6m"));
  EXPECT_EQ(digests.at("pain-6m"), PainDigest(state));
  EXPECT_THAT(UpdateInputs(state, kBuild, digests), IsEmpty());
}

TEST(UpdateInputsTest, ATrialMovesTheAnalysesOfItsOutcomesOnly) {
  EXPECT_THAT(MovedBy(Submit({ToyTrial("beta")})), ElementsAre("pain-6m"));
  EXPECT_THAT(MovedBy(Submit({AdverseTrial("beta")})), ElementsAre("adverse"));
  v1::Trial later = ToyTrial("beta");
  for (v1::Result& result : *later.mutable_results()) {
    result.set_time_point("12m");
  }
  EXPECT_THAT(MovedBy(Submit({later})), IsEmpty());
}

TEST(UpdateInputsTest, ATrialThatLosesAnOutcomeMovesItsAnalysis) {
  EXPECT_THAT(MovedBy(Submit({AdverseTrial("alpha")})),
              ElementsAre("adverse", "pain-6m"));
}

TEST(UpdateInputsTest, StatusAndCorrectionsMoveIt) {
  EXPECT_THAT(MovedBy(testing::SetStatus({"alpha"}, v1::TrialStatus::EXCLUDED)),
              ElementsAre("pain-6m"));
  EXPECT_THAT(MovedBy(testing::Correct(
                  "alpha", "results[pain/6m/ha].continuous.sd", "20")),
              ElementsAre("pain-6m"));
}

TEST(UpdateInputsTest, ANewVersionOfAnAnalysisMovesThatAlone) {
  EXPECT_THAT(MovedBy(testing::PutAnalyses({testing::PainAnalysis()})),
              ElementsAre("pain-6m"));
}

TEST(UpdateInputsTest, AProtocolMovesAll) {
  EXPECT_THAT(MovedBy(testing::PutReview(testing::ToyReview())),
              ElementsAre("adverse", "pain-6m"));
}

TEST(UpdateInputsTest, AnotherBuildMovesAll) {
  const ReviewState state = ToyState();
  InputsDigests digests;
  UpdateInputs(state, "old", digests);
  EXPECT_THAT(UpdateInputs(state, "new", digests),
              ElementsAre("adverse", "pain-6m"));
}

v1::Estimate EstimateOf(const ReviewState& state, const std::string& id) {
  const auto estimate = EstimateAnalysis(state, *state.FindAnalysis(id));
  EXPECT_OK(estimate);
  return estimate.value_or(v1::Estimate());
}

// `study: reason` of each study left out.
std::vector<std::string> LeftOut(const v1::Estimate& estimate) {
  std::vector<std::string> lines;
  for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
    lines.push_back(study.study() + ": " + study.reason());
  }
  return lines;
}

// Pain of alpha under the toy protocol with an edited analysis.
v1::Estimate EstimateWith(const v1::Filters& filters, ReviewState state) {
  v1::Analysis analysis = testing::PainAnalysis();
  *analysis.mutable_filters() = filters;
  Apply(testing::PutAnalyses({analysis}), state);
  return EstimateOf(state, "pain-6m");
}

TEST(EstimateAnalysisTest, SaysWhatItIsOf) {
  const ReviewState state = ToyState();
  const v1::Estimate estimate = EstimateOf(state, "pain-6m");
  EXPECT_EQ(estimate.review_id(), "toy");
  EXPECT_EQ(estimate.analysis_id(), "pain-6m");
  EXPECT_EQ(estimate.sequence(), 3);
  EXPECT_EQ(estimate.analysis_version(), 1);
  EXPECT_EQ(estimate.inputs_digest(),
            std::string(audit::AsBytes(
                InputsDigest(state, *state.FindAnalysis("pain-6m")))));
  ASSERT_EQ(estimate.studies_size(), 1);
  EXPECT_EQ(estimate.studies(0).version(), 1);
  EXPECT_EQ(estimate.studies(0).notes_size(), 1);
  EXPECT_TRUE(estimate.small_values_desirable());
}

TEST(EstimateAnalysisTest, WithoutTrialsItIsNotEstimable) {
  EXPECT_EQ(EstimateOf(ToyState(), "adverse").not_estimable(),
            "no study can be used");
}

TEST(EstimateAnalysisTest, EveryTrialWithDataIsUsedOrLeftOutWithItsReason) {
  ReviewState state = ToyState();
  v1::Trial incomplete = ToyTrial("beta");
  incomplete.mutable_results(0)->mutable_continuous()->clear_n();
  Apply(Submit({incomplete, ToyTrial("delta"), ToyTrial("zeta"),
                AdverseTrial("eta")}),
        state);
  Apply(testing::SetStatus({"delta"}, v1::TrialStatus::RETRACTED, "10.1/n"),
        state);
  const v1::Estimate estimate = EstimateOf(state, "pain-6m");
  EXPECT_EQ(estimate.studies_used(), 2);
  EXPECT_EQ(estimate.studies(0).study(), "alpha");
  EXPECT_EQ(estimate.studies(1).study(), "zeta");
  EXPECT_THAT(LeftOut(estimate),
              ElementsAre("beta: arms on 1 node, a comparison needs 2: n of "
                          "arm ha not reported",
                          "delta: status RETRACTED (10.1/n)"));
}

TEST(EstimateAnalysisTest, FiltersLeaveOutWhatTheyName) {
  v1::Trial biased = ToyTrial("alpha");
  biased.set_design(v1::Trial::CLUSTER);
  v1::RiskOfBias* bias = biased.add_risk_of_bias();
  bias->set_outcome("pain");
  bias->set_overall(v1::RiskOfBias::HIGH);
  ReviewState state = ToyState();
  Apply(Submit({biased}), state);

  v1::Filters filters;
  filters.add_exclude_trials("alpha");
  EXPECT_THAT(LeftOut(EstimateWith(filters, state)),
              ElementsAre("alpha: filter: trial excluded"));
  filters.Clear();
  filters.add_exclude_designs(v1::Trial::CLUSTER);
  EXPECT_THAT(LeftOut(EstimateWith(filters, state)),
              ElementsAre("alpha: filter: design CLUSTER"));
  filters.Clear();
  filters.add_exclude_risk_of_bias(v1::RiskOfBias::HIGH);
  EXPECT_THAT(LeftOut(EstimateWith(filters, state)),
              ElementsAre("alpha: filter: risk of bias"));
  filters.Clear();
  filters.add_exclude_trials("beta");
  filters.add_exclude_designs(v1::Trial::PARALLEL);
  filters.add_exclude_risk_of_bias(v1::RiskOfBias::LOW);
  filters.set_exclude_concern(true);
  EXPECT_THAT(LeftOut(EstimateWith(filters, state)), IsEmpty());
}

TEST(EstimateAnalysisTest, AConcernIsUsedUnlessTheAnalysisExcludesConcerns) {
  ReviewState state = ToyState();
  Apply(testing::SetStatus({"alpha"}, v1::TrialStatus::CONCERN, "10.1/n"),
        state);
  EXPECT_EQ(EstimateOf(state, "pain-6m").studies_used(), 1);
  v1::Filters filters;
  filters.set_exclude_concern(true);
  EXPECT_THAT(LeftOut(EstimateWith(filters, state)),
              ElementsAre("alpha: filter: expression of concern"));
}

// A judgement of another time point or outcome says nothing of this one.
TEST(EstimateAnalysisTest, BiasCountsForItsOutcomeAtItsTimePoint) {
  v1::Filters filters;
  filters.add_exclude_risk_of_bias(v1::RiskOfBias::HIGH);
  const auto used = [&](const std::string& outcome, const std::string& time) {
    v1::Trial trial = ToyTrial("alpha");
    v1::RiskOfBias* bias = trial.add_risk_of_bias();
    bias->set_outcome(outcome);
    bias->set_time_point(time);
    bias->set_overall(v1::RiskOfBias::HIGH);
    ReviewState state = ToyState();
    Apply(Submit({trial}), state);
    return EstimateWith(filters, state).studies_used();
  };
  EXPECT_EQ(used("pain", "6m"), 0);
  EXPECT_EQ(used("pain", ""), 0);
  EXPECT_EQ(used("pain", "12m"), 1);
  EXPECT_EQ(used("adverse", ""), 1);
}

}  // namespace
}  // namespace tidemark::review
