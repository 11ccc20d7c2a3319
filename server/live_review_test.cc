#include "server/live_review.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/compare_estimates.h"
#include "review/estimate_details.h"
#include "review/log_verifier.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "server/log_reader.h"
#include "server/roles.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"
#include "storage/testing/unsynced_file_system.h"

namespace tidemark::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;
using testing::Submit;
using testing::ToyTrial;

using Live = std::shared_ptr<LiveReview>;

// A live review with the toy's protocol and pain analysis: sequences 1 and 2.
Live MakeLive(LiveReviews& reviews, const std::string& id) {
  const absl::StatusOr<Live> live = reviews.Load(id);
  EXPECT_OK(live);
  v1::Review review = testing::ToyReview();
  review.set_review_id(id);
  EXPECT_OK(Apply(**live, testing::PutReview(review), "create"));
  EXPECT_OK(Apply(**live, testing::PutAnalyses({testing::PainAnalysis()}),
                  "analyses"));
  return *live;
}

// Verifies all of a stored log anew.
void ExpectVerifies(LiveReviews& reviews, const std::string& id, int64_t size) {
  const LogReader reader(reviews.store.get(), id);
  review::LogVerifier verifier(id);
  for (int64_t sequence = 1; sequence <= size; ++sequence) {
    ASSERT_OK_AND_ASSIGN(const std::string leaf,
                         reviews.store->Leaf(id, sequence));
    ASSERT_OK_AND_ASSIGN(const v1::Evidence evidence,
                         reader.Evidence(sequence));
    ASSERT_OK(verifier.Add(leaf, evidence));
  }
  EXPECT_OK(verifier.Finish());
  ASSERT_OK_AND_ASSIGN(const auto anchored, reviews.anchor->Find(id));
  EXPECT_EQ(anchored.size, size);
  EXPECT_EQ(anchored.root, verifier.RootAt(size));
}

// Of entries that end their tree and of those that others follow in a group.
void ExpectProves(const v1::Receipt& receipt) {
  ASSERT_OK_AND_ASSIGN(const audit::Checkpoint checkpoint,
                       audit::ReadCheckpointUnverified(receipt.checkpoint()));
  ASSERT_OK_AND_ASSIGN(const audit::Digest leaf,
                       audit::DigestFromBytes(receipt.leaf_hash()));
  std::vector<audit::Digest> proof;
  for (const std::string& hash : receipt.inclusion_proof()) {
    ASSERT_OK_AND_ASSIGN(const audit::Digest digest,
                         audit::DigestFromBytes(hash));
    proof.push_back(digest);
  }
  EXPECT_OK(audit::VerifyInclusion(leaf, receipt.leaf_index(), checkpoint.size,
                                   proof, checkpoint.root));
}

TEST(LiveReviewTest, ConcurrentWritersOfSeveralReviewsLeaveGapFreeLogs) {
  constexpr int kReviews = 3;
  constexpr int kWriters = 3;
  constexpr int kWrites = 5;
  LiveReviews reviews(storage::MakeTempDir());
  std::vector<Live> lives;
  std::vector<std::thread> threads;
  std::vector<std::vector<int64_t>> sequences(kReviews * kWriters);
  for (int r = 0; r < kReviews; ++r) {
    lives.push_back(MakeLive(reviews, absl::StrCat("toy-", r)));
  }
  for (int w = 0; w < kReviews * kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kWrites; ++i) {
        const std::string id = absl::StrCat("t", w, "-", i);
        const ApplyResult result =
            Apply(*lives[w % kReviews], Submit({ToyTrial(id)}), id);
        ASSERT_OK(result);
        ExpectProves(result->receipt());
        sequences[w].push_back(result->sequence());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  constexpr int64_t kHead = 2 + kWriters * kWrites;
  for (int r = 0; r < kReviews; ++r) {
    std::set<int64_t> seen;
    for (int w = r; w < kReviews * kWriters; w += kReviews) {
      // Each writer's own writes are in its order.
      EXPECT_TRUE(std::is_sorted(sequences[w].begin(), sequences[w].end()));
      seen.insert(sequences[w].begin(), sequences[w].end());
    }
    EXPECT_EQ(seen.size(), kWriters * kWrites);
    EXPECT_EQ(*seen.begin(), 3);
    EXPECT_EQ(*seen.rbegin(), kHead);
    EXPECT_EQ(lives[r]->Committed()->sequence(), kHead);
    ExpectVerifies(reviews, absl::StrCat("toy-", r), kHead);
  }
}

// It waits for writes that are on their way: their changes are to be read.
TEST(LiveReviewTest, ARedactionAmongConcurrentWritesLeavesALogThatVerifies) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  std::vector<std::future<ApplyResult>> writes;
  for (int i = 0; i < 8; ++i) {
    const std::string id = absl::StrCat("t", i);
    writes.push_back(
        StartApply(*live, MakeRequest("toy", Submit({ToyTrial(id)}), id)));
    v1::Change redact;
    redact.mutable_redact_changes()->add_sequences(3 + 2 * i);
    writes.push_back(StartApply(
        *live, MakeRequest("toy", redact, absl::StrCat("redact-", i))));
  }
  for (std::future<ApplyResult>& write : writes) ASSERT_OK(write.get());
  const int64_t head = 2 + static_cast<int64_t>(writes.size());
  EXPECT_EQ(live->Committed()->redactions().size(), 8);
  ExpectVerifies(reviews, "toy", head);
  ASSERT_OK_AND_ASSIGN(const Live again, reviews.Load("toy"));
  EXPECT_EQ(again->Committed()->redactions(), live->Committed()->redactions());
  EXPECT_EQ(again->Committed()->FindTrial("t3")->record.DebugString(),
            live->Committed()->FindTrial("t3")->record.DebugString());
}

TEST(LiveReviewTest, TheSameRequestManyTimesAtOnceMakesOneEntry) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  const v1::ApplyRequest request =
      MakeRequest("toy", Submit({ToyTrial()}), "once");
  std::vector<std::future<ApplyResult>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(StartApply(*live, request));
  int first_answers = 0;
  for (auto& answer : answers) {
    const ApplyResult result = answer.get();
    ASSERT_OK(result);
    EXPECT_EQ(result->sequence(), 3);
    EXPECT_EQ(result->moved_size(), 1);
    if (!result->repeated_request()) ++first_answers;
  }
  EXPECT_EQ(first_answers, 1);
  EXPECT_EQ(live->Committed()->sequence(), 3);
  EXPECT_TRUE(Apply(*live, request.change(), "once")->repeated_request());
}

// In flight and stored alike; the callback may look at the review.
TEST(LiveReviewTest, ARequestIdIsNotTakenTwice) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  auto first =
      StartApply(*live, MakeRequest("toy", Submit({ToyTrial("a")}), "id"));
  std::promise<absl::Status> refused;
  live->Apply(MakeRequest("toy", Submit({ToyTrial("b")}), "id"),
              {"tester", "token", {Role::kAdmin}},
              [&](const ApplyResult& result) {
                live->Committed();
                refused.set_value(result.status());
              });
  auto answer = refused.get_future();
  ASSERT_EQ(answer.wait_for(std::chrono::seconds(20)),
            std::future_status::ready);
  EXPECT_THAT(answer.get(), StatusIs(absl::StatusCode::kAlreadyExists,
                                     HasSubstr("another change")));
  EXPECT_OK(first.get());
  EXPECT_THAT(
      Apply(*live, Submit({ToyTrial("b")}), "id"),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("another change")));
}

TEST(LiveReviewTest, RefusesRequestsWithoutReasonOrId) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  v1::ApplyRequest request = MakeRequest("toy", Submit({ToyTrial()}), "id");
  const auto fields = [&] {
    return testing::FieldsOf(StartApply(*live, request).get().status());
  };
  request.set_reason("");
  EXPECT_THAT(fields(), ElementsAre("reason"));
  request.set_reason(std::string(2001, 'x'));
  EXPECT_THAT(fields(), ElementsAre("reason"));
  request.set_reason("why");
  for (const std::string& id :
       {std::string(), std::string("a\nb"), std::string(129, 'x')}) {
    request.set_request_id(id);
    EXPECT_THAT(fields(), ElementsAre("request_id"));
  }
  request.set_request_id(std::string(128, 'x'));
  request.set_reason(std::string(2000, 'x'));
  EXPECT_OK(StartApply(*live, request).get());
}

TEST(LiveReviewTest, ADryRunStoresNothingAndNeedsNoReason) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  v1::ApplyRequest request = MakeRequest("toy", Submit({ToyTrial()}), "");
  request.clear_reason();
  request.set_validate_only(true);
  const ApplyResult dry = StartApply(*live, request).get();
  ASSERT_OK(dry);
  EXPECT_EQ(dry->sequence(), 3);
  EXPECT_FALSE(dry->has_receipt());
  ASSERT_EQ(dry->versions_size(), 1);
  EXPECT_EQ(dry->versions(0).resource(), "trials/alpha");
  EXPECT_EQ(live->Committed()->sequence(), 2);
  EXPECT_EQ(Apply(*live, Submit({ToyTrial()}), "real")->sequence(), 3);
}

// Analyses are kept up to date from write to write; what a dry run tried must
// not be in the next estimate, nor a new version that was given up.
TEST(LiveReviewTest, WhatDryRunsTriedIsNotInTheNextEstimate) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  ASSERT_OK(Apply(*live, Submit({ToyTrial("a"), ToyTrial("b")}), "3"));
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_tau2_method(v1::Tau2Method::DL);
  v1::Analysis other = testing::AdverseAnalysis();
  v1::Review review = testing::ToyReview();
  review.mutable_outcomes(0)->set_scale_max(20);
  const v1::Change changes[] = {
      testing::SetStatus({"a"}, v1::TrialStatus::RETRACTED, "10.1/n"),
      Submit({ToyTrial("c"), ToyTrial("a")}),
      testing::PutAnalyses({analysis, other}), testing::PutReview(review)};
  for (size_t i = 0; i < std::size(changes); ++i) {
    v1::ApplyRequest request = MakeRequest("toy", changes[i], "");
    request.set_validate_only(true);
    const ApplyResult dry = StartApply(*live, request).get();
    ASSERT_OK(dry);
    ASSERT_FALSE(dry->estimates().empty());
    // For real it gives what the dry run said.
    const ApplyResult made = Apply(*live, changes[i], absl::StrCat("real-", i));
    ASSERT_OK(made);
    ASSERT_EQ(made->moved_size(), dry->estimates_size());
    for (const v1::Estimate& tried : dry->estimates()) {
      ASSERT_OK_AND_ASSIGN(
          v1::Estimate stored,
          LogReader(reviews.store.get(), "toy")
              .EstimateAsOf(tried.analysis_id(), made->sequence()));
      review::FillDerived(&stored);
      ASSERT_OK_AND_ASSIGN(const double deviation,
                           review::LargestDeviation(tried, stored));
      EXPECT_LE(deviation, review::kSameEstimate);
    }
  }
  ExpectVerifies(reviews, "toy", 3 + std::size(changes));
}

TEST(LiveReviewTest, TimeNeverRunsBack) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  reviews.clock.seconds = 500;
  ASSERT_OK(Apply(*live, Submit({ToyTrial("a")}), "a"));
  reviews.clock.seconds = 2000;
  ASSERT_OK(Apply(*live, Submit({ToyTrial("b")}), "b"));
  const LogReader reader(reviews.store.get(), "toy");
  EXPECT_EQ(reader.Entry(3, false)->time().seconds(), 1000);
  EXPECT_EQ(reader.Entry(4, false)->time().seconds(), 2000);
  ASSERT_OK_AND_ASSIGN(const Live again, reviews.Load("toy"));
  reviews.clock.seconds = 500;
  ASSERT_OK(Apply(*again, Submit({ToyTrial("c")}), "c"));
  EXPECT_EQ(reader.Entry(5, false)->time().seconds(), 2000);
}

TEST(LiveReviewTest, LoadedAgainItGoesOnWhereItWas) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  ASSERT_OK(Apply(*live, Submit({ToyTrial("a")}), "a"));
  ASSERT_OK_AND_ASSIGN(const Live again, reviews.Load("toy"));
  EXPECT_EQ(again->Committed()->sequence(), 3);
  EXPECT_TRUE(Apply(*again, Submit({ToyTrial("a")}), "a")->repeated_request());
  v1::Trial other = testing::TrialOf("b", {"ha", "msc1"});
  testing::AddEvents("ha", 1, 10, &other);
  const ApplyResult result = Apply(*again, Submit({other}), "b");
  ASSERT_OK(result);
  EXPECT_EQ(result->sequence(), 4);
  EXPECT_EQ(result->moved_size(), 0);
  ExpectVerifies(reviews, "toy", 4);
}

// The loaded one starts from full fits, the old one had come there by steps.
TEST(LiveReviewTest, LoadedAgainItEstimatesAsIfItHadNeverStopped) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_OK(Apply(*live, Submit({ToyTrial(id)}), id));
  }
  const absl::StatusOr<Live> again = reviews.Load("toy");
  ASSERT_OK(again);
  v1::ApplyRequest request = MakeRequest(
      "toy", testing::Correct("b", "results[pain/6m/ha].continuous.sd", "20"),
      "");
  request.set_validate_only(true);
  const ApplyResult before = StartApply(*live, request).get();
  const ApplyResult after = StartApply(**again, request).get();
  ASSERT_OK(before);
  ASSERT_OK(after);
  ASSERT_EQ(after->estimates_size(), 1);
  ASSERT_EQ(before->estimates_size(), 1);
  ASSERT_OK_AND_ASSIGN(
      const double deviation,
      review::LargestDeviation(before->estimates(0), after->estimates(0)));
  EXPECT_LE(deviation, review::kSameEstimate);
  request.set_validate_only(false);
  request.set_request_id("d");
  ASSERT_OK(StartApply(**again, request).get());
  ExpectVerifies(reviews, "toy", 6);
}

TEST(LiveReviewTest, AFailedCommitBreaksItAndNothingIsAcknowledged) {
  auto disk = std::make_shared<storage::UnsyncedFileSystem>(
      rocksdb::FileSystem::Default());
  LiveReviews reviews(storage::MakeTempDir(), disk);
  const Live live = MakeLive(reviews, "toy");
  std::atomic<int> wakes = 0;
  const int64_t subscription = live->Subscribe([&] { ++wakes; });
  disk->PowerOff();
  std::vector<std::future<ApplyResult>> answers;
  for (int i = 0; i < 10; ++i) {
    const std::string id = absl::StrCat("t", i);
    answers.push_back(
        StartApply(*live, MakeRequest("toy", Submit({ToyTrial(id)}), id)));
  }
  for (auto& answer : answers) {
    EXPECT_EQ(answer.get().status().code(), absl::StatusCode::kUnavailable);
  }
  EXPECT_TRUE(live->broken());
  EXPECT_EQ(live->Committed()->sequence(), 2);
  EXPECT_THAT(Apply(*live, Submit({ToyTrial("late")}), "late"),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("nothing is written until it is mended")));
  reviews.committer.reset();
  EXPECT_GT(wakes, 0);
  live->Unsubscribe(subscription);
}

TEST(LiveReviewTest, SubscribersAreWokenByCommitsUntilTheyLeave) {
  LiveReviews reviews(storage::MakeTempDir());
  const Live live = MakeLive(reviews, "toy");
  std::promise<void> woken;
  std::atomic<int> wakes = 0;
  const int64_t subscription = live->Subscribe([&] {
    if (++wakes == 1) woken.set_value();
  });
  ASSERT_OK(Apply(*live, Submit({ToyTrial("a")}), "a"));
  woken.get_future().wait();
  live->Unsubscribe(subscription);
  const int before = wakes;
  ASSERT_OK(Apply(*live, Submit({ToyTrial("b")}), "b"));
  EXPECT_EQ(wakes, before);
}

// A store that lost an estimate, or holds a change that is none, is damaged:
// the review is not one that does not exist.
TEST(LiveReviewTest, WhatIsMissingFromALogIsDataLoss) {
  LiveReviews reviews(storage::MakeTempDir());
  storage::LogWriter writer("toy");
  for (const v1::Change& change :
       {testing::PutReview(testing::ToyReview()),
        testing::PutAnalyses({testing::PainAnalysis()})}) {
    const storage::Entry entry = writer.Append(change.SerializeAsString());
    ASSERT_OK(reviews.store->Commit(absl::MakeConstSpan(&entry, 1), {}));
  }
  EXPECT_THAT(reviews.Load("toy"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("pain-6m")));

  storage::LogWriter nonsense("nonsense");
  const storage::Entry entry = nonsense.Append("\xFF");
  ASSERT_OK(reviews.store->Commit(absl::MakeConstSpan(&entry, 1), {}));
  EXPECT_THAT(reviews.Load("nonsense"),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("\"nonsense\": sequence 1")));
}

}  // namespace
}  // namespace tidemark::server
