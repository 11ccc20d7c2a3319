#include "tests/watch/watched_review.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/faults/small_review.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

// Few, of which there are more and more versions.
constexpr int kTrials = 3;

v1::Change Protocol(int revision) {
  // The fixture writes to the review of this name.
  v1::Change change = CreateSmallReview(kExampleReview);
  v1::Review& review = *change.mutable_put_review()->mutable_review();
  v1::Outcome* outcome = review.add_outcomes();
  *outcome = review.outcomes(0);
  outcome->set_id("stroke");
  outcome->set_title("Stroke");
  change.mutable_put_review()->clear_expected_version();
  review.set_title(absl::StrCat("A watched review, revision ", revision));
  return change;
}

v1::Analysis Stroke(int revision) {
  v1::Analysis analysis = PutSmallAnalysis().put_analyses().analyses(0);
  analysis.set_analysis_id(kStroke);
  analysis.set_outcome("stroke");
  analysis.set_tau2_method(revision % 2 == 0 ? v1::Tau2Method::DL
                                             : v1::Tau2Method::PM);
  return analysis;
}

}  // namespace

WatchedReview::WatchedReview(ServerFixture* fixture, uint64_t seed)
    : fixture_(fixture), random_(seed) {
  Apply(Protocol(0));
  v1::Change analyses = PutSmallAnalysis();
  *analyses.mutable_put_analyses()->add_analyses() = Stroke(0);
  Apply(analyses);
}

void WatchedReview::Write() {
  switch (random_() % 10) {
    case 0:
      return Apply(NextProtocol());
    case 1:
      return Apply(NextAnalysis());
    case 2:
      // Once the trial is there.
      return Apply(trials_ > 0 ? NextStatus() : NextTrial());
    default:
      return Apply(NextTrial());
  }
}

void WatchedReview::Write(int count) {
  for (int i = 0; i < count; ++i) Write();
}

void WatchedReview::AddAnalyses(int count) {
  v1::Change change;
  for (int i = 0; i < count; ++i) {
    v1::Analysis* analysis = change.mutable_put_analyses()->add_analyses();
    *analysis = PutSmallAnalysis().put_analyses().analyses(0);
    analysis->set_analysis_id(absl::StrCat(kDeath, "-", i));
  }
  Apply(change);
}

History WatchedReview::ReadHistory() {
  return History::Read(kExampleReview, *fixture_->audit, *fixture_->read);
}

void WatchedReview::Apply(const v1::Change& change) {
  v1::ApplyResponse response;
  const grpc::Status status = fixture_->Apply(change, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

v1::Change WatchedReview::NextTrial() {
  const int number = trials_++;
  const int id = number % kTrials;
  // What the trials say goes to and fro, so that conclusions change.
  const int most_events = number / (2 * kTrials) % 2 == 0 ? 25 : 65;
  v1::Trial trial = SmallTrial(absl::StrCat("trial-", id),
                               most_events - static_cast<int>(random_() % 10));
  if (id != 1) {
    for (int i = 0; i < 2; ++i) {
      v1::Result* result = trial.add_results();
      *result = trial.results(i);
      result->set_outcome("stroke");
    }
  }
  return SubmitTrials({trial});
}

v1::Change WatchedReview::NextStatus() {
  excluded_ = !excluded_;
  return SetStatus(
      "trial-0",
      excluded_ ? v1::TrialStatus::EXCLUDED : v1::TrialStatus::REINSTATED, "");
}

v1::Change WatchedReview::NextAnalysis() {
  v1::Change change;
  *change.mutable_put_analyses()->add_analyses() = Stroke(++revisions_);
  return change;
}

v1::Change WatchedReview::NextProtocol() { return Protocol(++revisions_); }

}  // namespace tidemark::testing
