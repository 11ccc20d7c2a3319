#include "server/committer.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/log_origin.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"
#include "storage/testing/unsynced_file_system.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::Not;
using testing::StatusIs;

// The entries of one review, and what their commits became.
class ReviewWriter {
 public:
  explicit ReviewWriter(const std::string& review)
      : review_(review),
        writer_(review),
        signer_(*LogSigner::Load(
            review,
            *audit::FirstSignerOf(kTestSeed, review, audit::kFirstEpoch), {},
            [](int, int64_t) -> absl::StatusOr<audit::Digest> {
              return absl::NotFoundError("an empty log has no nodes");
            })) {}

  // Enqueues the next entry; `skip` leaves a gap before it.
  std::future<absl::Status> Enqueue(Committer& committer, bool skip = false) {
    if (skip) writer_.Append("lost");
    PendingCommit pending;
    pending.entry = writer_.Append("change");
    pending.root = writer_.frontier().Root();
    pending.signer = signer_;
    pending.broken = broken_;
    auto promise = std::make_shared<std::promise<absl::Status>>();
    pending.done = [this, promise, sequence = pending.entry.sequence](
                       const absl::StatusOr<storage::SignedCheckpoint>& made) {
      in_order_ = in_order_ && sequence > last_;
      last_ = sequence;
      if (made.ok()) {
        EXPECT_EQ(made->review, review_);
        EXPECT_GE(made->size, sequence);
      }
      promise->set_value(made.status());
    };
    committer.Enqueue(std::move(pending));
    return promise->get_future();
  }

  bool broken() const { return *broken_; }
  // Whether each entry was answered after those before it.
  bool in_order() const { return in_order_; }

 private:
  const std::string review_;
  storage::LogWriter writer_;
  std::shared_ptr<LogSigner> signer_;
  std::shared_ptr<std::atomic<bool>> broken_ =
      std::make_shared<std::atomic<bool>>(false);
  bool in_order_ = true;
  int64_t last_ = 0;
};

TEST(CommitterTest, StoresSignsAndAnchorsAnEntry) {
  LiveReviews reviews(storage::MakeTempDir());
  ReviewWriter knee("knee");
  EXPECT_OK(knee.Enqueue(*reviews.committer).get());
  EXPECT_THAT(reviews.store->LogSize("knee"), IsOkAndHolds(1));
  ASSERT_OK_AND_ASSIGN(const auto checkpoint,
                       reviews.store->LatestCheckpoint("knee"));
  EXPECT_EQ(checkpoint.size, 1);
  ASSERT_OK_AND_ASSIGN(const auto anchored, reviews.anchor->Find("knee"));
  EXPECT_EQ(anchored.size, 1);
  EXPECT_EQ(anchored.note, checkpoint.note);
}

TEST(CommitterTest, AnswersInTheOrderOfEachLogWithoutGaps) {
  constexpr int kEntries = 600;
  LiveReviews reviews(storage::MakeTempDir());
  ReviewWriter writers[] = {ReviewWriter("a"), ReviewWriter("b"),
                            ReviewWriter("c")};
  std::vector<std::thread> threads;
  for (ReviewWriter& writer : writers) {
    threads.emplace_back([&writer, &reviews] {
      std::vector<std::future<absl::Status>> answers;
      for (int i = 0; i < kEntries; ++i) {
        answers.push_back(writer.Enqueue(*reviews.committer));
      }
      for (auto& answer : answers) EXPECT_OK(answer.get());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const char* review : {"a", "b", "c"}) {
    EXPECT_THAT(reviews.store->LogSize(review), IsOkAndHolds(kEntries));
    ASSERT_OK_AND_ASSIGN(const auto anchored, reviews.anchor->Find(review));
    EXPECT_EQ(anchored.size, kEntries);
  }
  reviews.committer.reset();
  for (const ReviewWriter& writer : writers) EXPECT_TRUE(writer.in_order());
}

TEST(CommitterTest, CommitsWhatIsWaitingBeforeItEnds) {
  LiveReviews reviews(storage::MakeTempDir());
  ReviewWriter knee("knee");
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 300; ++i) {
    answers.push_back(knee.Enqueue(*reviews.committer));
  }
  reviews.committer.reset();
  for (auto& answer : answers) EXPECT_OK(answer.get());
  EXPECT_THAT(reviews.store->LogSize("knee"), IsOkAndHolds(300));
}

TEST(CommitterTest, RefusesWhatIsBehindAFailedEntry) {
  LiveReviews reviews(storage::MakeTempDir());
  ReviewWriter knee("knee");
  EXPECT_OK(knee.Enqueue(*reviews.committer).get());
  EXPECT_THAT(knee.Enqueue(*reviews.committer, /*skip=*/true).get(),
              Not(IsOk()));
  EXPECT_TRUE(knee.broken());
  EXPECT_THAT(knee.Enqueue(*reviews.committer).get(),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("repeat with the same request_id")));
  EXPECT_THAT(reviews.store->LogSize("knee"), IsOkAndHolds(1));
  ReviewWriter hip("hip");
  EXPECT_OK(hip.Enqueue(*reviews.committer).get());
}

TEST(CommitterTest, AcknowledgesNothingThatADeadDiskDidNotTake) {
  auto disk = std::make_shared<storage::UnsyncedFileSystem>(
      rocksdb::FileSystem::Default());
  LiveReviews reviews(storage::MakeTempDir(), disk);
  ReviewWriter knee("knee");
  EXPECT_OK(knee.Enqueue(*reviews.committer).get());
  disk->PowerOff();
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 20; ++i) {
    answers.push_back(knee.Enqueue(*reviews.committer));
  }
  for (auto& answer : answers) EXPECT_THAT(answer.get(), Not(IsOk()));
  EXPECT_TRUE(knee.broken());
  EXPECT_THAT(reviews.store->LogSize("knee"), IsOkAndHolds(1));
}

}  // namespace
}  // namespace tidemark::server
