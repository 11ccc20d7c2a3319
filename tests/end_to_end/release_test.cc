// Releases, and what a retraction would do, over a server's own RPCs.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kMatas[] = "matas-2019";

v1::Change Release(
    const std::string& tag, int64_t sequence = 0,
    v1::ConclusionsChanged::Code declared = v1::ConclusionsChanged::AUTO) {
  v1::Change change;
  change.mutable_make_release()->set_tag(tag);
  change.mutable_make_release()->set_sequence(sequence);
  change.mutable_make_release()->set_declared(declared);
  return change;
}

v1::Change Retraction() {
  return testing::SetStatus(kMatas, v1::TrialStatus::RETRACTED,
                            "10.1000/notice");
}

std::set<std::string> TrialsUsed(const v1::Estimate& estimate) {
  std::set<std::string> trials;
  for (const v1::StudyUse& use : estimate.studies()) {
    trials.insert(use.study());
  }
  return trials;
}

// A tried estimate equals a stored one but for rounding.
std::string WithoutNumbers(v1::ConclusionEvent event) {
  event.clear_distance();
  for (v1::ConclusionEvent::Side* side :
       {event.mutable_before(), event.mutable_after()}) {
    side->clear_effect();
    side->clear_lower();
    side->clear_upper();
    side->clear_value();
  }
  return event.ShortDebugString();
}

// The example with all its trials, sequences 3 to 18: `2026.1` is a tag of the
// last one before matas-2019, `2026.2` of the last one. They are entries 19
// and 20.
class ReleaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fixture_.CreateExample();
    const auto trials = testing::ExampleTrials();
    fixture_.SubmitOneByOne(trials.size());
    for (size_t i = 0; i < trials.size(); ++i) {
      if (trials[i].trial_id() == kMatas) {
        before_matas_ = static_cast<int64_t>(i) + 2;
      }
    }
    ASSERT_GT(before_matas_, 2);
    Apply(Release("2026.1", before_matas_));
    Apply(Release("2026.2", 18));
  }

  v1::ApplyResponse Apply(const v1::Change& change, bool dry_run = false) {
    v1::ApplyResponse response;
    const grpc::Status status = fixture_.Apply(change, &response, dry_run);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  std::vector<v1::Release> Releases() {
    v1::ListReleasesRequest request;
    request.set_review_id(testing::kExampleReview);
    v1::ListReleasesResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(fixture_.read->ListReleases(&context, request, &response).ok());
    return {response.releases().begin(), response.releases().end()};
  }

  v1::GetEstimateResponse EstimateAt(const std::string& analysis,
                                     const std::string& tag) {
    v1::GetEstimateRequest request;
    request.set_review_id(testing::kExampleReview);
    request.set_analysis_id(analysis);
    request.mutable_as_of()->set_release(tag);
    v1::GetEstimateResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        fixture_.read->GetEstimate(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // By id.
  std::vector<std::string> Analyses() {
    v1::ListAnalysesRequest request;
    request.set_review_id(testing::kExampleReview);
    v1::ListAnalysesResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(fixture_.read->ListAnalyses(&context, request, &response).ok());
    std::vector<std::string> ids;
    for (const v1::AnalysisRecord& record : response.analyses()) {
      ids.push_back(record.analysis().analysis_id());
    }
    return ids;
  }

  testing::ServerFixture fixture_;
  int64_t before_matas_ = 0;
};

TEST_F(ReleaseTest, AreListedAsTheyWereMadeAndSurviveARestart) {
  const std::vector<v1::Release> releases = Releases();
  ASSERT_EQ(releases.size(), 2);
  EXPECT_EQ(releases[0].tag(), "2026.1");
  EXPECT_EQ(releases[0].sequence(), before_matas_);
  EXPECT_EQ(releases[0].predecessor(), "");
  EXPECT_EQ(releases[0].made_at(), 19);
  EXPECT_EQ(releases[0].trigger(), "a test");
  EXPECT_EQ(releases[0].actor(), "local");
  EXPECT_TRUE(releases[0].conclusions_changed());
  EXPECT_EQ(releases[1].predecessor(), "2026.1");
  EXPECT_EQ(releases[1].made_at(), 20);
  fixture_.Restart();
  const std::vector<v1::Release> again = Releases();
  ASSERT_EQ(again.size(), 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(MessageDifferencer::Equals(again[i], releases[i]));
  }
}

TEST_F(ReleaseTest, ReadsAsOfAReleaseAreOfItsSequence) {
  const v1::GetEstimateResponse at = EstimateAt("pain-12m", "2026.1");
  EXPECT_EQ(at.estimate().DebugString(),
            fixture_.EstimateOf("pain-12m", before_matas_).DebugString());
  v1::ListTrialsRequest trials;
  trials.set_review_id(testing::kExampleReview);
  trials.mutable_as_of()->set_release("2026.1");
  v1::ListTrialsResponse listed;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture_.read->ListTrials(&context, trials, &listed).ok());
  EXPECT_EQ(listed.trials_size(), before_matas_ - 2);
  v1::GetTrialRequest trial;
  trial.set_review_id(testing::kExampleReview);
  trial.set_trial_id(kMatas);
  trial.mutable_as_of()->set_release("2026.3");
  v1::GetTrialResponse found;
  grpc::ClientContext other;
  const grpc::Status status = fixture_.read->GetTrial(&other, trial, &found);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("has no release \"2026.3\""));
}

TEST_F(ReleaseTest, TheDeclarationIsHeldAgainstTheEvents) {
  Apply(Retraction());
  const v1::ApplyResponse dry = Apply(Release("2026.3"), /*dry_run=*/true);
  int64_t major = 0;
  for (const v1::ConclusionEvent& event : dry.events()) {
    major += event.importance() == v1::Importance::MAJOR ? 1 : 0;
  }
  // What rests on it alone has no estimate any more.
  ASSERT_GT(major, 0);
  v1::ApplyResponse response;
  const grpc::Status refused = fixture_.Apply(
      Release("2026.3", 0, v1::ConclusionsChanged::NO), &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_message(),
              HasSubstr("between release \"2026.2\" (sequence 18) and "
                        "sequence 21"));
  Apply(Release("2026.3", 0, v1::ConclusionsChanged::YES));
  EXPECT_EQ(Releases().back().major_events(), major);
  // Nothing lies between a release and the next of the same state.
  Apply(Release("2026.4", 0, v1::ConclusionsChanged::NO));
  EXPECT_EQ(Releases().back().predecessor(), "2026.3");
}

TEST_F(ReleaseTest, ATriedRetractionSaysWhatItWouldDo) {
  const v1::ApplyResponse dry = Apply(Retraction(), /*dry_run=*/true);
  ASSERT_FALSE(dry.estimates().empty());
  ASSERT_EQ(dry.conclusions_size(), dry.estimates_size());
  const v1::ApplyResponse made = Apply(Retraction());
  // The same as the history then says, event by event.
  std::vector<std::string> events;
  for (const v1::AnalysisDigest& moved : made.moved()) {
    v1::ListEstimatesRequest request;
    request.set_review_id(testing::kExampleReview);
    request.set_analysis_id(moved.analysis_id());
    request.set_from_sequence(made.sequence());
    v1::ListEstimatesResponse history;
    grpc::ClientContext context;
    ASSERT_TRUE(fixture_.read->ListEstimates(&context, request, &history).ok());
    for (const v1::ConclusionEvent& event : history.estimates(0).events()) {
      events.push_back(WithoutNumbers(event));
    }
  }
  std::vector<std::string> tried;
  for (const v1::ConclusionEvent& event : dry.events()) {
    tried.push_back(WithoutNumbers(event));
  }
  ASSERT_FALSE(tried.empty());
  EXPECT_EQ(tried, events);
}

TEST_F(ReleaseTest, ATriedRetractionNamesTheReleasesThatReliedOnTheTrial) {
  const v1::ApplyResponse dry = Apply(Retraction(), /*dry_run=*/true);
  // When `2026.1` was made the trial was not there.
  ASSERT_EQ(dry.affected_releases_size(), 1);
  EXPECT_EQ(dry.affected_releases(0).release().tag(), "2026.2");
  std::vector<std::string> relied;
  for (const v1::ReliedOn& on : dry.affected_releases(0).relied_on()) {
    relied.push_back(on.analysis_id());
    EXPECT_THAT(on.trials(), ElementsAre(kMatas));
  }
  std::vector<std::string> used;
  for (const std::string& analysis : Analyses()) {
    const v1::Estimate estimate = fixture_.EstimateOf(analysis, 18);
    if (TrialsUsed(estimate).count(kMatas) > 0) used.push_back(analysis);
  }
  EXPECT_THAT(used, Contains("pain-12m"));
  EXPECT_EQ(relied, used);
  // A trial that none knows yet was relied on by none.
  v1::Trial trial = testing::ExampleTrials()[0];
  trial.set_trial_id("new-2026");
  EXPECT_THAT(Apply(testing::SubmitTrials({trial}), /*dry_run=*/true)
                  .affected_releases(),
              IsEmpty());
}

TEST_F(ReleaseTest, AfterARetractionAReleaseReadsAsItDidAndIsFlagged) {
  const v1::GetEstimateResponse before = EstimateAt("pain-12m", "2026.2");
  EXPECT_THAT(before.known_later(), IsEmpty());
  Apply(Retraction());
  const v1::GetEstimateResponse after = EstimateAt("pain-12m", "2026.2");
  EXPECT_EQ(after.estimate().DebugString(), before.estimate().DebugString());
  EXPECT_EQ(after.conclusions().DebugString(),
            before.conclusions().DebugString());
  ASSERT_EQ(after.known_later_size(), 1);
  EXPECT_EQ(after.known_later(0).trial_id(), kMatas);
  EXPECT_EQ(after.known_later(0).status(), v1::TrialStatus::RETRACTED);
  EXPECT_EQ(after.known_later(0).sequence(), 21);
  EXPECT_THAT(TrialsUsed(fixture_.EstimateOf("pain-12m")),
              Not(Contains(std::string(kMatas))));
}

}  // namespace
}  // namespace tidemark
