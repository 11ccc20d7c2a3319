#include "storage/verify_anchor.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/keys.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

class VerifyAnchorTest : public ::testing::Test {
 protected:
  void SetUp() override { OpenBoth(); }

  void OpenBoth() {
    OpenStore();
    ASSERT_OK_AND_ASSIGN(anchor_, Anchor::Open({dir_ + "/anchor", nullptr}));
  }

  void OpenStore() {
    store_.reset();
    OpenOptions options;
    options.path = db_;
    ASSERT_OK_AND_ASSIGN(store_, ReviewStore::Open(options));
  }

  void CommitOnly(LogWriter& log, int entries) {
    std::vector<Entry> batch;
    for (int i = 0; i < entries; ++i) {
      batch.push_back(log.Append(absl::StrCat("change ", i)));
    }
    ASSERT_OK(store_->Commit(batch, {log.Checkpoint()}));
  }

  void CommitAndAnchor(LogWriter& log, int entries) {
    CommitOnly(log, entries);
    ASSERT_OK(anchor_->Update({log.Anchored()}));
  }

  // Overwrites one value behind the store's back.
  void Tamper(Table table, const std::string& key, const std::string& value) {
    store_.reset();
    OpenOptions options;
    options.path = db_;
    ASSERT_OK_AND_ASSIGN(const auto kv, KvStore::Open(options));
    Batch batch;
    batch.Put(table, key, value);
    ASSERT_OK(kv->Write(batch));
  }

  absl::Status Verify(absl::string_view review = "r") {
    return VerifyReviewAnchor(*store_, *anchor_, review).status;
  }

  const std::string dir_ = MakeTempDir();
  const std::string db_ = dir_ + "/db";
  std::unique_ptr<ReviewStore> store_;
  std::unique_ptr<Anchor> anchor_;
  LogWriter log_{"r"};
};

TEST_F(VerifyAnchorTest, AcceptsEqualStoresAndOnesThatAreAhead) {
  EXPECT_OK(Verify());
  for (int i = 0; i < 5; ++i) {
    CommitAndAnchor(log_, 30);
    EXPECT_OK(Verify());
    CommitOnly(log_, 7);
    EXPECT_OK(Verify());
  }
  LogWriter fresh("not-anchored");
  CommitOnly(fresh, 1);
  ASSERT_OK_AND_ASSIGN(const auto checks, VerifyAnchor(*store_, *anchor_));
  ASSERT_EQ(checks.size(), 2);
  EXPECT_EQ(checks[0].review, "not-anchored");
  EXPECT_EQ(checks[0].anchor_size, 0);
  EXPECT_EQ(checks[0].store_size, 1);
  EXPECT_EQ(checks[1].anchor_size, 178);
  EXPECT_EQ(checks[1].store_size, 185);
  EXPECT_EQ(checks[1].store_root, log_.frontier().Root());
  for (const AnchorCheck& check : checks) EXPECT_OK(check.status);
}

TEST_F(VerifyAnchorTest, CatchesAnOlderCopyOfTheStore) {
  CommitAndAnchor(log_, 3);
  store_.reset();
  std::filesystem::copy(db_, dir_ + "/copy",
                        std::filesystem::copy_options::recursive);
  OpenStore();
  CommitAndAnchor(log_, 2);
  EXPECT_OK(Verify());
  store_.reset();
  std::filesystem::remove_all(db_);
  std::filesystem::rename(dir_ + "/copy", db_);
  OpenStore();
  EXPECT_THAT(
      Verify(),
      StatusIs(kDataLoss, AllOf(HasSubstr("has 5 entries with root " +
                                          audit::ToHex(log_.frontier().Root())),
                                HasSubstr("the store has only 3"))));
}

TEST_F(VerifyAnchorTest, CatchesADeletedWriteAheadLog) {
  CommitAndAnchor(log_, 3);
  store_.reset();
  for (const auto& file : std::filesystem::directory_iterator(db_)) {
    if (absl::EndsWith(file.path().string(), ".log")) {
      std::filesystem::remove(file.path());
    }
  }
  OpenStore();
  EXPECT_THAT(Verify(), StatusIs(kDataLoss, HasSubstr("only 0")));
  ASSERT_OK_AND_ASSIGN(const auto checks, VerifyAnchor(*store_, *anchor_));
  ASSERT_EQ(checks.size(), 1) << "a review that only the anchor knows";
}

TEST_F(VerifyAnchorTest, CatchesAnotherHistoryOfTheSameSize) {
  CommitAndAnchor(log_, 3);
  store_.reset();
  std::filesystem::remove_all(db_);
  OpenStore();
  LogWriter forged("r");
  std::vector<Entry> entries;
  for (int i = 0; i < 4; ++i) entries.push_back(forged.Append("forged"));
  ASSERT_OK(store_->Commit(entries, {}));
  EXPECT_THAT(Verify(), StatusIs(kDataLoss, HasSubstr("the store has root")));
}

TEST_F(VerifyAnchorTest, CatchesAChangedLeaf) {
  CommitAndAnchor(log_, 10);
  Tamper(Table::kLog, LogKey("r", 7), "forged");
  OpenStore();
  EXPECT_THAT(Verify(), StatusIs(kDataLoss, HasSubstr("entry 7 hashes to")));
}

TEST_F(VerifyAnchorTest, CatchesAChangedLeafAndNode) {
  CommitAndAnchor(log_, 10);
  Tamper(Table::kLog, LogKey("r", 7), "forged");
  Tamper(Table::kMerkle, MerkleKey("r", 0, 6),
         std::string(audit::AsBytes(audit::LeafHash("forged"))));
  OpenStore();
  EXPECT_THAT(Verify(), StatusIs(kDataLoss, HasSubstr("leaf 6")));
}

TEST_F(VerifyAnchorTest, CatchesAChangedTopNode) {
  CommitAndAnchor(log_, 8);
  Tamper(Table::kMerkle, MerkleKey("r", 3, 0), std::string(32, 'x'));
  OpenStore();
  EXPECT_THAT(Verify(), StatusIs(kDataLoss, HasSubstr("the store has root")));
}

}  // namespace
}  // namespace tidemark::storage
