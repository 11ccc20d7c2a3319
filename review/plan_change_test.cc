#include "review/plan_change.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using testing::Correct;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PutAnalyses;
using testing::PutReview;
using testing::SetStatus;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::Submit;
using testing::ToyTrial;

constexpr char kSd[] = "results[pain/6m/ha].continuous.sd";

absl::StatusOr<PlannedChange> Plan(const ReviewState& state,
                                   const v1::Change& change) {
  return PlanChange(state, testing::kToyReview, change, Author());
}

// The state after the toy protocol, its analyses and trials alpha and beta.
ReviewState ToyState() {
  testing::HonestLog log;
  log.Append(PutReview(testing::ToyReview()));
  log.Append(PutAnalyses({testing::PainAnalysis()}));
  log.Append(Submit({ToyTrial("alpha"), ToyTrial("beta")}));
  return log.state();
}

std::vector<std::string> FieldsOf(const absl::StatusOr<PlannedChange>& plan) {
  EXPECT_EQ(plan.status().code(), absl::StatusCode::kInvalidArgument)
      << plan.status();
  return testing::FieldsOf(plan.status());
}

TEST(PlanPutReviewTest, CreatesThenUpdates) {
  ASSERT_OK_AND_ASSIGN(const PlannedChange created,
                       Plan(ReviewState(), PutReview(testing::ToyReview())));
  EXPECT_EQ(created.action, "review.create");
  EXPECT_EQ(created.resource, "review");
  EXPECT_EQ(created.version_before, 0);
  EXPECT_EQ(created.version_after, 1);
  EXPECT_EQ(created.delta.protocol_version, 1);

  ASSERT_OK_AND_ASSIGN(const PlannedChange updated,
                       Plan(ToyState(), PutReview(testing::ToyReview())));
  EXPECT_EQ(updated.action, "review.update");
  EXPECT_EQ(updated.version_before, 1);
  EXPECT_EQ(updated.version_after, 2);
}

TEST(PlanPutReviewTest, MustBeTheReviewOfTheRequest) {
  EXPECT_THAT(FieldsOf(PlanChange(ReviewState(), "other",
                                  PutReview(testing::ToyReview()), Author())),
              ElementsAre("put_review.review.review_id"));
}

TEST(PlanPutReviewTest, ChecksTheExpectedVersion) {
  v1::Change change = PutReview(testing::ToyReview());
  change.mutable_put_review()->set_expected_version(0);
  EXPECT_OK(Plan(ReviewState(), change));
  const absl::Status status = Plan(ToyState(), change).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted,
                               StartsWith("review is at version 1, not 0")));
  EXPECT_EQ(testing::ErrorInfoOf(status).reason(), "VERSION_MISMATCH");
  EXPECT_EQ(testing::ErrorInfoOf(status).metadata().at("current_version"), "1");
  change.mutable_put_review()->set_expected_version(1);
  EXPECT_OK(Plan(ToyState(), change));
}

TEST(PlanPutReviewTest, WhatTrialsAndAnalysesReferToMustStay) {
  v1::Review review = testing::ToyReview();
  review.mutable_treatments(1)->set_id("cells");
  review.mutable_node_maps(0)->mutable_rules(1)->set_treatment("cells");
  review.mutable_node_maps(1)->mutable_rules(1)->set_treatment("cells");
  review.mutable_node_maps(0)->set_id("renamed");
  EXPECT_THAT(FieldsOf(Plan(ToyState(), PutReview(review))),
              ElementsAre("existing trial alpha.arms[1].treatment",
                          "existing trial beta.arms[1].treatment",
                          "existing analysis pain-6m.node_map"));
}

TEST(PlanPutAnalysesTest, FillsInDefaultsAndCountsVersions) {
  v1::Analysis bare;
  bare.set_analysis_id("new");
  bare.set_outcome("pain");
  bare.set_time_point("12m");
  bare.set_node_map("fine");
  bare.set_effect_measure(v1::EffectMeasure::MD);
  ASSERT_OK_AND_ASSIGN(
      const PlannedChange plan,
      Plan(ToyState(), PutAnalyses({testing::PainAnalysis(), bare})));
  EXPECT_EQ(plan.action, "analyses.put");
  EXPECT_EQ(plan.resource, "analyses/pain-6m,analyses/new");
  EXPECT_EQ(plan.version_before, 0);
  EXPECT_EQ(plan.version_after, 0);
  EXPECT_EQ(plan.change.put_analyses().analyses(1).level(), 0.95);
  ASSERT_EQ(plan.delta.analyses.size(), 2);
  EXPECT_EQ(plan.delta.analyses[0].version(), 2);
  EXPECT_EQ(plan.delta.analyses[1].version(), 1);
  EXPECT_EQ(plan.delta.analyses[1].analysis().increment(), 0.5);
}

TEST(PlanPutAnalysesTest, OneAnalysisHasItsVersionsInTheLeaf) {
  ASSERT_OK_AND_ASSIGN(
      const PlannedChange plan,
      Plan(ToyState(), PutAnalyses({testing::PainAnalysis()})));
  EXPECT_EQ(plan.resource, "analyses/pain-6m");
  EXPECT_EQ(plan.version_before, 1);
  EXPECT_EQ(plan.version_after, 2);
}

TEST(PlanPutAnalysesTest, RefusesNoneTwiceTheSameAndTooMany) {
  EXPECT_THAT(FieldsOf(Plan(ToyState(), PutAnalyses({}))),
              ElementsAre("put_analyses.analyses"));
  EXPECT_THAT(
      FieldsOf(Plan(ToyState(), PutAnalyses({testing::PainAnalysis(),
                                             testing::PainAnalysis()}))),
      ElementsAre("put_analyses.analyses[1].analysis_id"));
  std::vector<v1::Analysis> many(kMostAnalyses, testing::PainAnalysis());
  for (size_t i = 0; i < many.size(); ++i) {
    many[i].set_analysis_id(absl::StrCat("a", i));
  }
  EXPECT_THAT(FieldsOf(Plan(ToyState(), PutAnalyses(many))),
              ElementsAre("put_analyses.analyses"));
  many.pop_back();
  EXPECT_OK(Plan(ToyState(), PutAnalyses(many)));
}

TEST(PlanSubmitTest, NewTrialsAreIncludedAtVersionOne) {
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       Plan(ToyState(), Submit({ToyTrial("gamma")})));
  EXPECT_EQ(plan.action, "trials.submit");
  EXPECT_EQ(plan.resource, "trials/gamma");
  EXPECT_EQ(plan.version_before, 0);
  EXPECT_EQ(plan.version_after, 1);
  EXPECT_EQ(plan.delta.trials[0].status(), v1::TrialStatus::INCLUDED);
}

TEST(PlanSubmitTest, ANewVersionKeepsTheStatus) {
  testing::HonestLog log = testing::ToyLog();
  v1::Trial beta = log.state().FindTrial("beta")->record.trial();
  beta.set_title("Beta 2");
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       Plan(log.state(), Submit({beta})));
  EXPECT_EQ(plan.version_before, 2);
  EXPECT_EQ(plan.version_after, 3);
  EXPECT_EQ(plan.delta.trials[0].status(), v1::TrialStatus::RETRACTED);
  EXPECT_EQ(plan.delta.trials[0].notice(), "10.1/notice");
  EXPECT_EQ(plan.delta.trials[0].trial().title(), "Beta 2");
}

TEST(PlanSubmitTest, ChecksEachExpectedVersion) {
  v1::Change change = Submit({ToyTrial("alpha"), ToyTrial("gamma")});
  v1::SubmitTrials* submit = change.mutable_submit_trials();
  submit->mutable_trials(0)->set_expected_version(1);
  submit->mutable_trials(1)->set_expected_version(0);
  EXPECT_OK(Plan(ToyState(), change));
  submit->mutable_trials(1)->set_expected_version(1);
  EXPECT_THAT(Plan(ToyState(), change),
              StatusIs(absl::StatusCode::kAborted,
                       StartsWith("trials/gamma is at version 0, not 1")));
}

TEST(PlanSubmitTest, RefusesNoneTwiceTheSameAndBrokenOnes) {
  EXPECT_THAT(FieldsOf(Plan(ToyState(), Submit({}))),
              ElementsAre("submit_trials.trials"));
  EXPECT_THAT(
      FieldsOf(Plan(ToyState(), Submit({ToyTrial("x"), ToyTrial("x")}))),
      ElementsAre("submit_trials.trials[1].trial.trial_id"));
  v1::Trial broken = ToyTrial("x");
  broken.mutable_results(1)->mutable_continuous()->set_sd(-1);
  EXPECT_THAT(
      FieldsOf(Plan(ToyState(), Submit({ToyTrial("y"), broken}))),
      ElementsAre("submit_trials.trials[1].trial.results[1].continuous.sd"));
}

TEST(PlanSubmitTest, ResourcesOfManyTrialsFitALeaf) {
  std::vector<v1::Trial> trials;
  for (int i = 0; i < 300; ++i) {
    trials.push_back(ToyTrial(absl::StrCat(i, std::string(120, 'x'))));
  }
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       Plan(ToyState(), Submit(trials)));
  EXPECT_LT(plan.resource.size(), 17000);
  EXPECT_THAT(plan.resource, HasSubstr(" more"));
}

TEST(PlanCorrectTest, EditsInOrderAndRecordsTheOldValues) {
  v1::Change change = Correct("alpha", kSd, "19");
  v1::FieldEdit* again = change.mutable_correct_trial()->add_edits();
  again->set_path(kSd);
  again->set_value("18");
  again->set_old_value("a lie");
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan, Plan(ToyState(), change));
  EXPECT_EQ(plan.action, "trials.correct");
  EXPECT_EQ(plan.resource, "trials/alpha");
  EXPECT_EQ(plan.version_before, 1);
  EXPECT_EQ(plan.version_after, 2);
  EXPECT_EQ(plan.change.correct_trial().edits(0).old_value(), "21");
  EXPECT_EQ(plan.change.correct_trial().edits(1).old_value(), "19");
  const v1::Trial& trial = plan.delta.trials[0].trial();
  EXPECT_EQ(trial.results(0).continuous().sd(), 18);
}

TEST(PlanCorrectTest, TheResultIsValidatedAsAWhole) {
  EXPECT_THAT(FieldsOf(Plan(ToyState(), Correct("alpha", kSd, "-1"))),
              ElementsAre("trial.results[0].continuous.sd"));
  EXPECT_THAT(FieldsOf(Plan(ToyState(), Correct("alpha", "colour", "red"))),
              ElementsAre("correct_trial.edits[0]"));
  EXPECT_THAT(FieldsOf(Plan(ToyState(), Correct("alpha", "trial_id", "b"))),
              ElementsAre("correct_trial.edits"));
  v1::Change none;
  none.mutable_correct_trial()->set_trial_id("alpha");
  EXPECT_THAT(FieldsOf(Plan(ToyState(), none)),
              ElementsAre("correct_trial.edits"));
}

TEST(PlanCorrectTest, UnknownTrialsAndOldVersionsAreRefused) {
  EXPECT_THAT(Plan(ToyState(), Correct("gamma", kSd, "1")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"gamma\"")));
  v1::Change change = Correct("alpha", kSd, "1");
  change.mutable_correct_trial()->set_expected_version(2);
  EXPECT_THAT(Plan(ToyState(), change),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("version 1")));
}

TEST(PlanSetStatusTest, MovesAllTrialsOrNone) {
  ASSERT_OK_AND_ASSIGN(
      const PlannedChange plan,
      Plan(ToyState(),
           SetStatus({"beta", "alpha"}, v1::TrialStatus::RETRACTED, "10.1/n")));
  EXPECT_EQ(plan.action, "trials.retract");
  EXPECT_EQ(plan.resource, "trials/beta,trials/alpha");
  EXPECT_EQ(plan.version_after, 0);
  ASSERT_EQ(plan.delta.trials.size(), 2);
  for (const v1::TrialRecord& record : plan.delta.trials) {
    EXPECT_EQ(record.status(), v1::TrialStatus::RETRACTED);
    EXPECT_EQ(record.notice(), "10.1/n");
    EXPECT_EQ(record.version(), 2);
  }
  EXPECT_THAT(Plan(ToyState(),
                   SetStatus({"alpha", "gamma"}, v1::TrialStatus::EXCLUDED)),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("gamma")));
}

TEST(PlanSetStatusTest, FollowsTheStateMachine) {
  EXPECT_THAT(
      Plan(ToyState(), SetStatus({"alpha"}, v1::TrialStatus::REINSTATED)),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("INCLUDED")));
  EXPECT_THAT(
      FieldsOf(Plan(ToyState(), SetStatus({}, v1::TrialStatus::RETRACTED))),
      ElementsAre("set_trial_status.trial_ids", "set_trial_status.notice"));
  EXPECT_THAT(FieldsOf(Plan(ToyState(), SetStatus({"alpha", "alpha"},
                                                  v1::TrialStatus::EXCLUDED))),
              ElementsAre("set_trial_status.trial_ids[1]"));
}

TEST(PlanChangeTest, OnlyTheProtocolComesFirst) {
  for (const v1::Change& change :
       {PutAnalyses({testing::PainAnalysis()}), Submit({ToyTrial()}),
        Correct("alpha", kSd, "1"),
        SetStatus({"alpha"}, v1::TrialStatus::EXCLUDED), v1::Change()}) {
    const absl::Status status = Plan(ReviewState(), change).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound,
                                 HasSubstr("no review \"toy\"")));
    EXPECT_EQ(testing::ErrorInfoOf(status).reason(), "REVIEW_NOT_FOUND");
  }
}

TEST(PlanChangeTest, AChangeThatSaysNothingIsRefused) {
  EXPECT_THAT(FieldsOf(Plan(ToyState(), v1::Change())), ElementsAre("change"));
}

// A verifier plans what the log holds and must get the same bytes again.
TEST(PlanChangeTest, PlanningWhatWasPlannedChangesNothing) {
  const testing::HonestLog log = testing::ToyLog();
  ReviewState state;
  for (const testing::LoggedEntry& entry : log.entries()) {
    v1::Change change;
    ASSERT_TRUE(change.ParseFromString(entry.evidence.change()));
    ASSERT_OK_AND_ASSIGN(const PlannedChange plan, Plan(state, change));
    EXPECT_TRUE(MessageDifferencer::Equals(plan.change, change));
    EXPECT_EQ(plan.action, entry.leaf.action);
    EXPECT_EQ(plan.resource, entry.leaf.resource);
    EntryContext context;
    context.sequence = entry.leaf.sequence;
    state.Apply(plan.delta, context);
  }
}

TEST(PlanChangeTest, ReplayingALogGivesTheSameRecords) {
  const testing::HonestLog first = testing::ToyLog();
  const testing::HonestLog second = testing::ToyLog();
  ASSERT_EQ(first.state().trials().size(), 2);
  for (const auto& [id, version] : first.state().trials()) {
    EXPECT_TRUE(MessageDifferencer::Equals(
        version->record, second.state().FindTrial(id)->record));
  }
}

TEST(PlanChangeTest, LeavesTheStateAlone) {
  const ReviewState state = ToyState();
  ASSERT_OK(Plan(state, Correct("alpha", kSd, "1")));
  EXPECT_EQ(state.sequence(), 3);
  EXPECT_EQ(
      state.FindTrial("alpha")->record.trial().results(0).continuous().sd(),
      21);
}

}  // namespace
}  // namespace tidemark::review
