// Whatever was acknowledged before the power went off is there afterwards.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "storage/anchor.h"
#include "storage/review_store.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"
#include "storage/testing/unsynced_file_system.h"
#include "storage/verify_anchor.h"

namespace tidemark::storage {
namespace {

constexpr int kRounds = 60;
constexpr int kReviews = 3;
constexpr int kMaxOperations = 120;

struct Server {
  std::unique_ptr<ReviewStore> store;
  std::unique_ptr<Anchor> anchor;
};

absl::StatusOr<Server> OpenServer(
    const std::string& dir, std::shared_ptr<rocksdb::FileSystem> file_system) {
  Server server;
  OpenOptions options;
  options.path = dir + "/db";
  options.file_system = file_system;
  absl::StatusOr<std::unique_ptr<ReviewStore>> store =
      ReviewStore::Open(options);
  if (!store.ok()) return store.status();
  absl::StatusOr<std::unique_ptr<Anchor>> anchor =
      Anchor::Open({dir + "/anchor", file_system});
  if (!anchor.ok()) return anchor.status();
  server.store = *std::move(store);
  server.anchor = *std::move(anchor);
  return server;
}

std::string ReviewName(uint64_t number) { return absl::StrCat("r", number); }

// What clients of the server were told: the acknowledged size of each review,
// and the size that the last, perhaps unanswered, write would have made.
struct Expectation {
  std::map<std::string, int64_t> acknowledged;
  std::map<std::string, int64_t> attempted;
  std::map<std::string, std::vector<std::string>> leaves;
};

class PowerLossTest : public ::testing::Test {
 protected:
  // Group commits of random reviews until the power goes off.
  void WriteUntilPowerOff(Server& server, const UnsyncedFileSystem& lossy) {
    std::map<std::string, LogWriter> logs;
    for (int i = 0; i < kReviews; ++i) {
      const std::string review = ReviewName(static_cast<uint64_t>(i));
      const auto node = [&](int level, int64_t index) {
        return server.store->Node(review, level, index);
      };
      const int64_t size = server.store->LogSize(review).value();
      logs.emplace(
          review, LogWriter(review, audit::Frontier::Load(size, node).value()));
    }
    while (lossy.powered()) {
      if (!CommitGroup(server, logs)) break;
    }
  }

  // One group commit; whether it was acknowledged.
  bool CommitGroup(Server& server, std::map<std::string, LogWriter>& logs) {
    std::vector<Entry> entries;
    std::vector<SignedCheckpoint> checkpoints;
    std::vector<AnchoredCheckpoint> anchored;
    const uint64_t first = random_() % kReviews;
    for (uint64_t i = first; i < kReviews; ++i) {
      LogWriter& log = logs.at(ReviewName(i));
      const uint64_t count = 1 + random_() % 3;
      for (uint64_t j = 0; j < count; ++j) {
        Entry entry = log.Append(std::string(random_() % 3000, 'c'));
        entry.trials = {{"t", absl::StrCat("v", entry.sequence)}};
        entries.push_back(std::move(entry));
      }
      checkpoints.push_back(log.Checkpoint());
      anchored.push_back(log.Anchored());
    }
    for (const Entry& entry : entries) {
      expected_.attempted[entry.review] = entry.sequence;
      std::vector<std::string>& leaves = expected_.leaves[entry.review];
      leaves.resize(static_cast<size_t>(entry.sequence));
      leaves.back() = entry.leaf;
    }
    if (!server.store->Commit(entries, checkpoints).ok() ||
        !server.anchor->Update(anchored).ok()) {
      return false;
    }
    for (const SignedCheckpoint& checkpoint : checkpoints) {
      expected_.acknowledged[checkpoint.review] = checkpoint.size;
    }
    return true;
  }

  // Everything acknowledged is there, an unanswered group as a whole or not.
  void CheckServer(const Server& server) {
    ASSERT_OK_AND_ASSIGN(const std::vector<AnchorCheck> checks,
                         VerifyAnchor(*server.store, *server.anchor));
    for (const AnchorCheck& check : checks) EXPECT_OK(check.status);
    bool all_new = true;
    bool all_old = true;
    for (const auto& [review, attempted] : expected_.attempted) {
      const int64_t acknowledged = expected_.acknowledged[review];
      ASSERT_OK_AND_ASSIGN(const int64_t size, server.store->LogSize(review));
      ASSERT_TRUE(size == acknowledged || size == attempted)
          << review << " has " << size << ", acknowledged " << acknowledged
          << ", attempted " << attempted;
      all_new = all_new && size == attempted;
      all_old = all_old && size == acknowledged;
      CheckReview(*server.store, review, size);
      expected_.acknowledged[review] = size;
      expected_.attempted[review] = size;
    }
    EXPECT_TRUE(all_new || all_old) << "half of a group commit";
  }

  void CheckReview(const ReviewStore& store, const std::string& review,
                   int64_t size) {
    for (int64_t sequence = 1; sequence <= size; ++sequence) {
      ASSERT_OK_AND_ASSIGN(const std::string leaf,
                           store.Leaf(review, sequence));
      ASSERT_EQ(leaf,
                expected_.leaves[review][static_cast<size_t>(sequence - 1)]);
    }
    if (size == 0) return;
    ASSERT_OK_AND_ASSIGN(const StoredVersion trial,
                         store.TrialAsOf(review, "t", size));
    EXPECT_EQ(trial.sequence, size);
    ASSERT_OK_AND_ASSIGN(const SignedCheckpoint checkpoint,
                         store.LatestCheckpoint(review));
    EXPECT_EQ(checkpoint.size, size);
  }

  const std::string dir_ = MakeTempDir();
  const std::shared_ptr<rocksdb::FileSystem> real_ =
      rocksdb::FileSystem::Default();
  std::mt19937_64 random_{20260101};
  Expectation expected_;
};

TEST_F(PowerLossTest, AcknowledgedWritesSurviveEveryPowerCut) {
  int64_t acknowledged = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const auto lossy = std::make_shared<UnsyncedFileSystem>(real_);
    lossy->PowerOffAfter(static_cast<int64_t>(random_() % kMaxOperations));
    {
      // The cut may come while the store is being opened, or created.
      absl::StatusOr<Server> server = OpenServer(dir_, lossy);
      if (server.ok()) WriteUntilPowerOff(*server, *lossy);
    }
    ASSERT_OK(lossy->LoseUnsynced(round % 2 == 0 ? &random_ : nullptr));
    ASSERT_OK_AND_ASSIGN(const Server server, OpenServer(dir_, real_));
    CheckServer(server);
    if (HasFatalFailure()) return;
  }
  for (const auto& [review, size] : expected_.acknowledged)
    acknowledged += size;
  EXPECT_GT(acknowledged, 10 * kRounds);
}

// What the other tests prove nothing without: the fake does lose what RocksDB
// wrote and did not sync, and keeps what it did.
TEST_F(PowerLossTest, AWriteWithoutSyncIsLost) {
  const auto lossy = std::make_shared<UnsyncedFileSystem>(real_);
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(lossy);
  rocksdb::Options options;
  options.create_if_missing = true;
  options.env = env.get();
  rocksdb::WriteOptions synced;
  synced.sync = true;
  rocksdb::DB* raw = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, dir_ + "/raw", &raw).ok());
  std::unique_ptr<rocksdb::DB> database(raw);
  ASSERT_TRUE(database->Put(synced, "synced", "1").ok());
  ASSERT_TRUE(database->Put(rocksdb::WriteOptions(), "unsynced", "2").ok());
  lossy->PowerOff();
  database.reset();
  ASSERT_OK(lossy->LoseUnsynced(nullptr));
  options.env = rocksdb::Env::Default();
  ASSERT_TRUE(rocksdb::DB::Open(options, dir_ + "/raw", &raw).ok());
  database.reset(raw);
  std::string value;
  EXPECT_TRUE(database->Get(rocksdb::ReadOptions(), "synced", &value).ok());
  EXPECT_TRUE(
      database->Get(rocksdb::ReadOptions(), "unsynced", &value).IsNotFound());
}

// The first start is cut at every single operation in turn.
TEST_F(PowerLossTest, TheFirstStartSurvivesACutAtEachOperation) {
  for (int64_t operations = 0; operations < 250; ++operations) {
    SCOPED_TRACE(absl::StrCat("cut after ", operations));
    const std::string dir = MakeTempDir("first");
    expected_ = {};
    const auto lossy = std::make_shared<UnsyncedFileSystem>(real_);
    lossy->PowerOffAfter(operations);
    bool done = false;
    {
      absl::StatusOr<Server> server = OpenServer(dir, lossy);
      std::map<std::string, LogWriter> logs;
      for (uint64_t i = 0; i < kReviews; ++i) {
        logs.emplace(ReviewName(i), LogWriter(ReviewName(i)));
      }
      done = server.ok() && CommitGroup(*server, logs) &&
             CommitGroup(*server, logs);
    }
    ASSERT_OK(lossy->LoseUnsynced(nullptr));
    ASSERT_OK_AND_ASSIGN(const Server server, OpenServer(dir, real_));
    CheckServer(server);
    if (done || HasFatalFailure()) return;
  }
  ADD_FAILURE() << "250 operations are not enough for a start";
}

}  // namespace
}  // namespace tidemark::storage
