#include "server/refusal_log.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "review/validate_review.h"
#include "rocksdb/file_system.h"
#include "server/log_reader.h"
#include "server/review_registry.h"
#include "server/system_log.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"
#include "storage/testing/unsynced_file_system.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

v1::RefusedCall Call(const std::string& actor) {
  v1::RefusedCall call;
  call.set_method("/m");
  call.set_actor(actor);
  call.set_code("PERMISSION_DENIED");
  return call;
}

class RefusalLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(registry_.LoadAll());
    ASSERT_OK_AND_ASSIGN(
        log_, SystemLog::Create(&registry_, reviews_.environment().pool));
    refusals_ =
        std::make_unique<RefusalLog>(log_.get(), reviews_.environment().pool);
  }

  void TearDown() override {
    refusals_->Flush();
    reviews_.committer.reset();
    reviews_.environment().pool->join();
  }

  // Records a call and waits for its answer.
  void RecordAndWait(const std::string& actor) {
    std::promise<void> answered;
    refusals_->Record(Call(actor), [&answered] { answered.set_value(); });
    answered.get_future().wait();
  }

  // What is stored, entry by entry.
  std::vector<v1::CallsRefused> Stored() {
    const auto log = registry_.System();
    EXPECT_OK(log);
    const int64_t size = (*log)->Committed()->sequence();
    std::vector<v1::CallsRefused> stored;
    const LogReader reader(reviews_.store.get(), review::kSystemLog);
    for (int64_t sequence = 1; sequence <= size; ++sequence) {
      const auto change = reader.Change(sequence);
      EXPECT_OK(change);
      stored.push_back(change->calls_refused());
    }
    return stored;
  }

  const std::shared_ptr<storage::UnsyncedFileSystem> disk_ =
      std::make_shared<storage::UnsyncedFileSystem>(
          rocksdb::FileSystem::Default());
  // Before reviews_, whose pool works for them.
  std::unique_ptr<SystemLog> log_;
  LiveReviews reviews_{storage::MakeTempDir(), disk_};
  ReviewRegistry registry_{
      reviews_.environment(), reviews_.anchor.get(), {kTestSeed}};
  std::unique_ptr<RefusalLog> refusals_;
};

TEST_F(RefusalLogTest, TheFirstCallIsAnsweredWhenItIsStored) {
  RecordAndWait("ann");
  const std::vector<v1::CallsRefused> stored = Stored();
  ASSERT_EQ(stored.size(), 1);
  EXPECT_EQ(stored[0].calls(0).actor(), "ann");
}

TEST_F(RefusalLogTest, ACallSoonAfterWaitsForTheNextEntry) {
  const auto begin = RefusalLog::Clock::now();
  RecordAndWait("ann");
  RecordAndWait("bob");
  EXPECT_GE(RefusalLog::Clock::now() - begin, std::chrono::seconds(1));
  ASSERT_EQ(Stored().size(), 2);
  EXPECT_EQ(Stored()[1].calls(0).actor(), "bob");
}

TEST_F(RefusalLogTest, AFloodIsCountedAndOnlySoManyWait) {
  constexpr int kCalls = 20000;
  std::atomic<int> answered = 0;
  for (int i = 0; i < kCalls; ++i) {
    refusals_->Record(Call(absl::StrCat("actor-", i % 7)),
                      [&answered] { ++answered; });
    EXPECT_GE(answered + 2 * static_cast<int>(RefusalLog::kMostWaiting), i);
  }
  refusals_->Flush();
  while (answered < kCalls) {
  }
  int64_t counted = 0;
  for (const v1::CallsRefused& entry : Stored()) {
    for (const v1::RefusedCall& call : entry.calls()) counted += call.count();
  }
  EXPECT_EQ(counted, kCalls);
  EXPECT_LE(Stored().size(), 5);
}

// One client that tries again all the time must not fill the log.
TEST_F(RefusalLogTest, ACallNowAndThenIsNotAnEntryEach) {
  for (int call = 0; call < 5; ++call) {
    refusals_->Record(Call("ann"), [] {});
    std::this_thread::sleep_for(std::chrono::milliseconds(1050));
  }
  EXPECT_LE(Stored().size(), 3);
}

TEST_F(RefusalLogTest, AFailedDiskHoldsUpNobody) {
  RecordAndWait("ann");
  disk_->PowerOff();
  // The first finds out that the disk failed; nobody waits any more.
  RecordAndWait("bob");
  for (int i = 0; i < 1000; ++i) {
    bool answered = false;
    refusals_->Record(Call("eve"), [&answered] { answered = true; });
    EXPECT_TRUE(answered);
  }
  EXPECT_EQ(Stored().size(), 1);
}

TEST_F(RefusalLogTest, AFlushWritesAtOnceAndThenNobodyWaits) {
  RecordAndWait("ann");
  std::promise<void> answered;
  refusals_->Record(Call("bob"), [&answered] { answered.set_value(); });
  refusals_->Flush();
  EXPECT_EQ(Stored().size(), 2);
  answered.get_future().wait();
  bool at_once = false;
  refusals_->Record(Call("eve"), [&at_once] { at_once = true; });
  EXPECT_TRUE(at_once);
  refusals_->Flush();
  ASSERT_EQ(Stored().size(), 3);
  EXPECT_EQ(Stored()[2].calls(0).actor(), "eve");
}

}  // namespace
}  // namespace tidemark::server
