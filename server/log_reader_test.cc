#include "server/log_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::Submit;
using testing::ToyTrial;

// Entries at the seconds 1000, 1000, 1010, 1010, 1010, 1020: protocol,
// analysis, beta with alpha, a correction, a retraction, a new version.
class LogReaderTest : public ::testing::Test {
 protected:
  LogReaderTest() {
    auto loaded = reviews_.Load("toy");
    EXPECT_OK(loaded);
    const std::vector<std::pair<int64_t, v1::Change>> changes = {
        {1000, testing::PutReview(testing::ToyReview())},
        {1000, testing::PutAnalyses({testing::PainAnalysis()})},
        {1010, Submit({ToyTrial("beta"), ToyTrial("alpha")})},
        {1010, testing::Correct("alpha", "year", "2017")},
        {1010,
         testing::SetStatus({"beta"}, v1::TrialStatus::RETRACTED, "10.1/n")},
        {1020, Submit({ToyTrial("beta")})}};
    for (const auto& [seconds, change] : changes) {
      reviews_.clock.seconds = seconds;
      EXPECT_OK(Apply(**loaded, change, std::to_string(++requests_)));
    }
  }

  // All that a moment needs of a state of `head` entries.
  static review::ReviewState StateOf(int64_t head) {
    review::ReviewState state;
    review::EntryContext entry;
    entry.sequence = head;
    review::Delta delta;
    delta.release.emplace().set_tag("2026.1");
    delta.release->set_sequence(1);
    state.Apply(delta, entry);
    return state;
  }

  absl::StatusOr<int64_t> AtTime(int64_t seconds, int32_t nanos = 0) {
    v1::AsOf as_of;
    as_of.mutable_time()->set_seconds(seconds);
    as_of.mutable_time()->set_nanos(nanos);
    return reader_.Resolve(as_of, StateOf(6));
  }

  absl::StatusOr<int64_t> AtSequence(int64_t sequence) {
    v1::AsOf as_of;
    as_of.set_sequence(sequence);
    return reader_.Resolve(as_of, StateOf(6));
  }

  LiveReviews reviews_{storage::MakeTempDir()};
  const LogReader reader_{reviews_.store.get(), "toy"};
  int requests_ = 0;
};

TEST_F(LogReaderTest, ResolvesNowAndSequences) {
  EXPECT_THAT(reader_.Resolve(v1::AsOf(), StateOf(6)), IsOkAndHolds(6));
  EXPECT_THAT(AtSequence(1), IsOkAndHolds(1));
  EXPECT_THAT(AtSequence(6), IsOkAndHolds(6));
  for (const int64_t sequence : {-1, 0, 7}) {
    EXPECT_THAT(AtSequence(sequence),
                StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("1..6")));
  }
}

TEST_F(LogReaderTest, ATimeIsTheLastEntryThatIsNotLater) {
  EXPECT_THAT(AtTime(1000), IsOkAndHolds(2));
  EXPECT_THAT(AtTime(1009, 999999999), IsOkAndHolds(2));
  EXPECT_THAT(AtTime(1010), IsOkAndHolds(5));
  EXPECT_THAT(AtTime(1010, 1), IsOkAndHolds(5));
  EXPECT_THAT(AtTime(1019, 999999999), IsOkAndHolds(5));
  EXPECT_THAT(AtTime(1020), IsOkAndHolds(6));
  EXPECT_THAT(AtTime(99999), IsOkAndHolds(6));
  EXPECT_THAT(AtTime(999, 999999999),
              StatusIs(absl::StatusCode::kOutOfRange,
                       HasSubstr("begins after 1970-01-01T00:16:39")));
}

// Years 1 and 9999: nanoseconds since 1970 do not fit 64 bits.
TEST_F(LogReaderTest, TimesFarAwayAreStillTimes) {
  EXPECT_THAT(AtTime(253402300799), IsOkAndHolds(6));
  EXPECT_THAT(AtTime(20000000000), IsOkAndHolds(6));
  EXPECT_THAT(AtTime(-62135596800),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("begins")));
}

TEST_F(LogReaderTest, AReleaseIsItsSequence) {
  v1::AsOf as_of;
  as_of.set_release("2026.1");
  EXPECT_THAT(reader_.Resolve(as_of, StateOf(6)), IsOkAndHolds(1));
  as_of.set_release("2026.2");
  EXPECT_THAT(reader_.Resolve(as_of, StateOf(6)),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("has no release \"2026.2\"")));
}

TEST_F(LogReaderTest, OnlyTheHeadAskedForIsSearched) {
  v1::AsOf as_of;
  as_of.mutable_time()->set_seconds(99999);
  EXPECT_THAT(reader_.Resolve(as_of, StateOf(3)), IsOkAndHolds(3));
  EXPECT_THAT(reader_.Resolve(as_of, StateOf(1)), IsOkAndHolds(1));
}

TEST_F(LogReaderTest, EntriesSayWhatTheirLeavesSay) {
  ASSERT_OK_AND_ASSIGN(const v1::LogEntry entry, reader_.Entry(4, true));
  EXPECT_EQ(entry.sequence(), 4);
  EXPECT_EQ(entry.epoch(), 1);
  EXPECT_EQ(entry.time().seconds(), 1010);
  EXPECT_EQ(entry.actor(), "tester");
  EXPECT_EQ(entry.auth_method(), "token");
  EXPECT_EQ(entry.action(), "trials.correct");
  EXPECT_EQ(entry.resource(), "trials/alpha");
  EXPECT_EQ(entry.version_before(), 1);
  EXPECT_EQ(entry.version_after(), 2);
  EXPECT_EQ(entry.reason(), "a test");
  EXPECT_EQ(entry.request_id(), "4");
  ASSERT_EQ(entry.analyses_size(), 1);
  EXPECT_EQ(entry.analyses(0).analysis_id(), "pain-6m");
  EXPECT_THAT(reviews_.store->Leaf("toy", 4), IsOkAndHolds(entry.leaf()));
  EXPECT_TRUE(reader_.Entry(4, false)->leaf().empty());
}

TEST_F(LogReaderTest, EvidenceIsWhatTheEntryItselfWroteById) {
  ASSERT_OK_AND_ASSIGN(const v1::Evidence evidence, reader_.Evidence(3));
  EXPECT_EQ(evidence.salt().size(), 32);
  ASSERT_EQ(evidence.trials_size(), 2);
  EXPECT_EQ(evidence.trials(0).id(), "alpha");
  EXPECT_EQ(evidence.trials(1).id(), "beta");
  ASSERT_EQ(evidence.estimates_size(), 1);
  EXPECT_EQ(evidence.estimates(0).id(), "pain-6m");
  EXPECT_EQ(reader_.Evidence(1)->trials_size(), 0);
}

TEST_F(LogReaderTest, TrialsReadAsOfEverySequence) {
  EXPECT_THAT(reader_.Trial("alpha", 2),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("alpha")));
  EXPECT_EQ(reader_.Trial("alpha", 3)->version(), 1);
  EXPECT_EQ(reader_.Trial("alpha", 6)->version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto versions, reader_.TrialVersions("beta"));
  ASSERT_EQ(versions.size(), 3);
  EXPECT_EQ(versions[1].status(), v1::TrialStatus::RETRACTED);
  EXPECT_EQ(versions[2].status(), v1::TrialStatus::RETRACTED);
  EXPECT_THAT(reader_.TrialVersions("gamma"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("gamma")));
}

TEST_F(LogReaderTest, EstimatesReadAsOfEverySequence) {
  EXPECT_EQ(reader_.EstimateAsOf("pain-6m", 1).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(reader_.EstimateAsOf("pain-6m", 2)->studies_used(), 0);
  EXPECT_EQ(reader_.EstimateAsOf("pain-6m", 4)->studies_used(), 2);
  EXPECT_EQ(reader_.EstimateAsOf("pain-6m", 6)->studies_used(), 1);
  EXPECT_EQ(reader_.EstimateAsOf("pain-6m", 5)->sequence(), 5);
}

TEST(TrialIdsOfTest, AreThoseThatAChangeWritesSorted) {
  EXPECT_THAT(TrialIdsOf(Submit({ToyTrial("b"), ToyTrial("a")})),
              ElementsAre("a", "b"));
  EXPECT_THAT(TrialIdsOf(testing::Correct("c", "year", "1")), ElementsAre("c"));
  EXPECT_THAT(
      TrialIdsOf(testing::SetStatus({"b", "a"}, v1::TrialStatus::EXCLUDED)),
      ElementsAre("a", "b"));
  v1::Change approve;
  approve.mutable_approve_drafts()->add_drafts()->set_trial_id("b");
  approve.mutable_approve_drafts()->add_drafts()->set_trial_id("a");
  EXPECT_THAT(TrialIdsOf(approve), ElementsAre("a", "b"));
  v1::Change adjudicate;
  adjudicate.mutable_adjudicate_trial()->set_trial_id("c");
  EXPECT_THAT(TrialIdsOf(adjudicate), ElementsAre("c"));
  EXPECT_THAT(TrialIdsOf(testing::PutReview(testing::ToyReview())),
              ElementsAre());
}

}  // namespace
}  // namespace tidemark::server
