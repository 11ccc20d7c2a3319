// Releases and dry runs while writes are on their way.
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/log_verifier.h"
#include "review/testing/toy_review.h"
#include "server/conclusion_reads.h"
#include "server/live_review.h"
#include "server/log_reader.h"
#include "server/roles.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using testing::SetStatus;
using testing::StatusIs;
using testing::Submit;
using testing::ToyTrial;

using Live = std::shared_ptr<LiveReview>;

// A live review with the toy's protocol and pain analysis: sequences 1 and 2.
Live MakeLive(LiveReviews& reviews) {
  const absl::StatusOr<Live> live = reviews.Load("toy");
  EXPECT_OK(live);
  EXPECT_OK(Apply(**live, testing::PutReview(testing::ToyReview()), "create"));
  EXPECT_OK(Apply(**live, testing::PutAnalyses({testing::PainAnalysis()}),
                  "analyses"));
  return *live;
}

v1::Change Release(
    const std::string& tag, int64_t sequence = 0,
    v1::ConclusionsChanged::Code declared = v1::ConclusionsChanged::AUTO) {
  v1::Change change;
  change.mutable_make_release()->set_tag(tag);
  change.mutable_make_release()->set_sequence(sequence);
  change.mutable_make_release()->set_declared(declared);
  return change;
}

v1::ApplyRequest DryRun(const v1::Change& change) {
  v1::ApplyRequest request = MakeRequest("toy", change, "");
  request.set_validate_only(true);
  return request;
}

std::vector<std::string> EventsOf(const v1::ApplyResponse& dry) {
  std::vector<std::string> events;
  for (const v1::ConclusionEvent& event : dry.events()) {
    events.push_back(event.ShortDebugString());
  }
  return events;
}

// What each release says of events, beside what the stored estimates say.
void ExpectHoldAgainstStored(LiveReviews& reviews,
                             const review::ReviewState& state) {
  const LogReader reader(reviews.store.get(), "toy");
  for (const v1::Release& release : state.releases()) {
    const v1::Release* const before = state.FindRelease(release.predecessor());
    ASSERT_OK_AND_ASSIGN(
        const auto events,
        EventsBetween(reader, state, "pain-6m",
                      before == nullptr ? 0 : before->sequence(),
                      release.sequence()));
    int64_t major = 0;
    for (const v1::ConclusionEvent& event : events) {
      major += event.importance() == v1::Importance::MAJOR ? 1 : 0;
    }
    EXPECT_EQ(release.major_events(), major) << release.ShortDebugString();
    EXPECT_EQ(release.conclusions_changed(), major > 0);
    EXPECT_LT(release.sequence(), release.made_at());
  }
}

void ExpectVerifies(LiveReviews& reviews, int64_t size) {
  const LogReader reader(reviews.store.get(), "toy");
  review::LogVerifier verifier("toy");
  for (int64_t sequence = 1; sequence <= size; ++sequence) {
    ASSERT_OK_AND_ASSIGN(const std::string leaf,
                         reviews.store->Leaf("toy", sequence));
    ASSERT_OK_AND_ASSIGN(const v1::Evidence evidence,
                         reader.Evidence(sequence));
    ASSERT_OK(verifier.Add(leaf, evidence));
  }
}

// Keeps the committer from committing: it waits in the answer to a write.
class HeldCommitter {
 public:
  // The write is entry `sequence` of the review and is committed.
  HeldCommitter(LiveReview& live, const v1::Change& change) {
    std::promise<void> reached;
    live.Apply(MakeRequest("toy", change, "holds"),
               {"tester", "token", {Role::kAdmin}},
               [&reached, go_on = go_on_.get_future().share()](
                   const ApplyResult& result) {
                 EXPECT_OK(result);
                 reached.set_value();
                 go_on.wait();
               });
    reached.get_future().wait();
  }
  ~HeldCommitter() { LetGo(); }

  void LetGo() {
    if (!std::exchange(let_go_, true)) go_on_.set_value();
  }

 private:
  std::promise<void> go_on_;
  bool let_go_ = false;
};

TEST(LiveReleaseTest, SaysWhatTheStoredEstimatesSay) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  ASSERT_OK(Apply(*live, Submit({ToyTrial("alpha")}), "3"));
  const ApplyResult made = Apply(*live, Release("2026.1"), "4");
  ASSERT_OK(made);
  EXPECT_EQ(made->sequence(), 4);
  ASSERT_EQ(made->versions_size(), 1);
  EXPECT_EQ(made->versions(0).resource(), "releases/2026.1");
  EXPECT_EQ(made->versions(0).version(), 1);
  EXPECT_TRUE(made->moved().empty());
  // Nothing happened since but a release.
  ASSERT_OK(
      Apply(*live, Release("2026.2", 0, v1::ConclusionsChanged::NO), "5"));
  const auto state = live->Committed();
  ASSERT_EQ(state->releases().size(), 2);
  const v1::Release& first = state->releases()[0];
  EXPECT_EQ(first.sequence(), 3);
  EXPECT_EQ(first.made_at(), 4);
  EXPECT_EQ(first.major_events(), 1);  // ha versus msc1 became estimable
  EXPECT_EQ(first.trigger(), "a test");
  EXPECT_EQ(first.actor(), "tester");
  EXPECT_EQ(state->releases()[1].predecessor(), "2026.1");
  ExpectHoldAgainstStored(reviews, *state);
  ExpectVerifies(reviews, 5);

  ASSERT_OK_AND_ASSIGN(const Live again, reviews.Load("toy"));
  ASSERT_EQ(again->Committed()->releases().size(), 2);
  EXPECT_EQ(again->Committed()->releases()[0].DebugString(),
            first.DebugString());
}

TEST(LiveReleaseTest, ADeclarationThatTheEventsContradictStoresNothing) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  ASSERT_OK(Apply(*live, Submit({ToyTrial("alpha")}), "3"));
  EXPECT_THAT(
      Apply(*live, Release("2026.1", 0, v1::ConclusionsChanged::NO), "4"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("between nothing and sequence 3 are 1")));
  EXPECT_THAT(
      Apply(*live, Release("2026.1", 2, v1::ConclusionsChanged::YES), "4"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("no event of importance MAJOR lies between nothing "
                         "and sequence 2")));
  EXPECT_EQ(live->Committed()->sequence(), 3);
}

TEST(LiveReleaseTest, ARepeatGetsTheFirstAnswerThoughTheServerFilledItIn) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  ASSERT_OK(Apply(*live, Release("2026.1"), "once"));
  ASSERT_OK(Apply(*live, Submit({ToyTrial("alpha")}), "4"));
  const ApplyResult again = Apply(*live, Release("2026.1"), "once");
  ASSERT_OK(again);
  EXPECT_TRUE(again->repeated_request());
  EXPECT_EQ(again->sequence(), 3);
  EXPECT_EQ(again->versions(0).resource(), "releases/2026.1");
}

TEST(LiveReleaseTest, ADryRunAnswersTheEventsItIsHeldAgainst) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  ASSERT_OK(Apply(*live, Submit({ToyTrial("alpha")}), "3"));
  const ApplyResult dry = StartApply(*live, DryRun(Release("2026.1"))).get();
  ASSERT_OK(dry);
  EXPECT_EQ(dry->sequence(), 4);
  int64_t major = 0;
  for (const v1::ConclusionEvent& event : dry->events()) {
    major += event.importance() == v1::Importance::MAJOR ? 1 : 0;
  }
  EXPECT_EQ(major, 1);
  EXPECT_TRUE(live->Committed()->releases().empty());
}

// An entry that is on its way has no estimates to hold a release against, and
// might never be committed.
TEST(LiveReleaseTest, OnlyWhatIsCommittedCanBeReleased) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  std::future<ApplyResult> on_its_way;
  std::future<ApplyResult> release;
  {
    HeldCommitter held(*live, Submit({ToyTrial("alpha")}));  // entry 3
    on_its_way =
        StartApply(*live, MakeRequest("toy", Submit({ToyTrial("beta")}), "4"));
    EXPECT_THAT(Apply(*live, Release("of-4", 4), "refused"),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("must be one of 1-3, found 4")));
    release = StartApply(*live, MakeRequest("toy", Release("now"), "5"));
    // One after another: the tag is taken before its entry is committed.
    EXPECT_THAT(Apply(*live, Release("now"), "refused"),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("\"now\" is the tag of sequence 3")));
  }
  EXPECT_EQ(on_its_way.get()->sequence(), 4);
  EXPECT_EQ(release.get()->sequence(), 5);
  EXPECT_EQ(live->Committed()->FindRelease("now")->sequence(), 3);
  EXPECT_OK(Apply(*live, Release("of-4", 4), "6"));
  ExpectHoldAgainstStored(reviews, *live->Committed());
  ExpectVerifies(reviews, 6);
}

TEST(LiveReleaseTest, AmongConcurrentWritesEachSaysWhatTheEstimatesSay) {
  constexpr int kThreads = 3;
  constexpr int kRounds = 4;
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRounds; ++i) {
        // Comes and goes, so that the comparison does too.
        const std::string trial = absl::StrCat("t", t);
        const std::string id = absl::StrCat(trial, "-", i);
        ASSERT_OK(Apply(*live, Submit({ToyTrial(trial)}), id));
        ASSERT_OK(Apply(*live, Release(absl::StrCat("r-", id)), "r" + id));
        ASSERT_OK(
            Apply(*live,
                  SetStatus({trial}, i % 2 == 0 ? v1::TrialStatus::EXCLUDED
                                                : v1::TrialStatus::REINSTATED),
                  "s" + id));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto state = live->Committed();
  ASSERT_EQ(state->sequence(), 2 + 3 * kThreads * kRounds);
  ASSERT_EQ(state->releases().size(), kThreads * kRounds);
  ExpectHoldAgainstStored(reviews, *state);
  ExpectVerifies(reviews, state->sequence());
}

// What a dry run tries follows entries that are not stored yet.
TEST(LiveReleaseTest, ADryRunIsHeldAgainstWhatIsOnItsWay) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews);
  const v1::ApplyRequest request =
      DryRun(SetStatus({"alpha", "beta"}, v1::TrialStatus::EXCLUDED));
  ApplyResult among;
  {
    HeldCommitter held(*live, Submit({ToyTrial("alpha")}));
    auto on_its_way =
        StartApply(*live, MakeRequest("toy", Submit({ToyTrial("beta")}), "4"));
    among = StartApply(*live, request).get();
    held.LetGo();
    ASSERT_OK(on_its_way.get());
  }
  const ApplyResult after = StartApply(*live, request).get();
  ASSERT_OK(among);
  ASSERT_OK(after);
  ASSERT_FALSE(after->events().empty());
  EXPECT_EQ(EventsOf(*among), EventsOf(*after));
}

}  // namespace
}  // namespace tidemark::server
