// Whatever is changed in a store behind the log's back, so that all checksums
// of RocksDB hold, is refused at the next start or found by verification, which
// names the sequence. Each test says which of the two.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "base/testing/status_matchers.h"
#include "client/cli/verify_data.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "storage/anchor.h"
#include "storage/keys.h"
#include "tests/cli/run_tidemark.h"
#include "tests/faults/raw_store.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/faults/tamper_trial.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kStruck[] = "struck";
constexpr char kOther[] = "other";
// More than the leaves that a start hashes again (storage/verify_anchor.h).
constexpr int kEntries = 80;
// In a part of the log that a start does not hash again, and one that it does.
constexpr int64_t kOld = 6;
constexpr int64_t kRecent = 70;

std::unique_ptr<server::Server> Start(const std::string& data_dir) {
  server::ServerOptions options;
  options.data_dir = data_dir;
  auto server = server::Server::Start(options);
  EXPECT_OK(server);
  return server.ok() ? *std::move(server) : nullptr;
}

v1::ApplyResponse Apply(Stubs& stubs, const std::string& review,
                        const v1::Change& change) {
  static int requests = 0;
  v1::ApplyRequest request;
  request.set_review_id(review);
  *request.mutable_change() = change;
  request.set_request_id(absl::StrCat("request-", ++requests));
  request.set_reason("honest");
  v1::ApplyResponse response;
  const grpc::Status status =
      Call(*stubs.write, &v1::WriteService::Stub::Apply, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

// Trials trial-0, trial-1, trial-2 in turn, one version an entry.
v1::ApplyResponse SubmitNext(Stubs& stubs, int i) {
  return Apply(stubs, kStruck,
               SubmitTrials({SmallTrial(absl::StrCat("trial-", i % 3), i)}));
}

void Copy(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

class TamperTest : public ::testing::Test {
 protected:
  // An honest store; each test gets a copy. `other` has no entry after the
  // restart in the middle, `struck` half of its.
  static void SetUpTestSuite() {
    honest_ = new std::string(::testing::TempDir() + "/honest");
    last_ = new v1::ApplyResponse;
    fs::remove_all(*honest_);
    fs::create_directories(*honest_);
    for (int half = 0; half < 2; ++half) {
      const auto server = Start(*honest_ + "/data");
      ASSERT_NE(server, nullptr);
      Stubs stubs(server->InProcessChannel());
      for (const char* review : {kStruck, kOther}) {
        if (half == 1) break;
        Apply(stubs, review, CreateSmallReview(review));
        Apply(stubs, review, PutSmallAnalysis());
      }
      // After the two entries that make the review.
      const int begin = half == 0 ? 2 : kEntries / 2;
      const int end = half == 0 ? kEntries / 2 : kEntries;
      for (int i = begin; i < end; ++i) *last_ = SubmitNext(stubs, i);
    }
    ASSERT_EQ(last_->sequence(), kEntries);
  }
  static void TearDownTestSuite() {
    delete honest_;
    delete last_;
  }

  void SetUp() override { Copy(*honest_ + "/data", data_); }

  std::unique_ptr<RawStore> OpenRaw() const {
    auto store = RawStore::Open(data_);
    EXPECT_OK(store);
    return *std::move(store);
  }

  // Flips a bit of the byte at `position`, from the end if it is negative.
  void Flip(const std::string& table, const std::string& key,
            int64_t position) const {
    const auto store = OpenRaw();
    ASSERT_OK_AND_ASSIGN(std::string value, store->Get(table, key));
    const auto size = static_cast<int64_t>(value.size());
    const int64_t at = position < 0 ? size + position : position;
    ASSERT_LT(at, size);
    value[static_cast<size_t>(at)] ^= 1;
    ASSERT_OK(store->Put(table, key, value));
  }

  // Where `text` is in the value.
  int64_t PositionOf(const std::string& text, const std::string& table,
                     const std::string& key) const {
    const auto value = OpenRaw()->Get(table, key);
    EXPECT_OK(value);
    const size_t position = value->find(text);
    EXPECT_NE(position, std::string::npos);
    return static_cast<int64_t>(position);
  }

  grpc::Status Read(Stubs& stubs, const std::string& review) const {
    v1::GetReviewRequest request;
    request.set_review_id(review);
    v1::GetReviewResponse response;
    return Call(*stubs.read, &v1::ReadService::Stub::GetReview, request,
                &response);
  }

  // The start refuses the review with DATA_LOSS that says `why`, serves the
  // other one and does not touch what is stored.
  void ExpectRefusedAtStart(const std::string& why) const {
    for (int start = 0; start < 2; ++start) {
      const auto server = Start(data_);
      ASSERT_NE(server, nullptr);
      Stubs stubs(server->InProcessChannel());
      const grpc::Status struck = Read(stubs, kStruck);
      EXPECT_EQ(struck.error_code(), grpc::StatusCode::DATA_LOSS);
      EXPECT_THAT(struck.error_message(), HasSubstr(kStruck));
      EXPECT_THAT(struck.error_message(), HasSubstr(why));
      EXPECT_TRUE(Read(stubs, kOther).ok());
    }
    EXPECT_OK(cli::VerifyData(data_, kOther, {}));
  }

  // The start does not see it, verification does and names the sequence.
  void ExpectFoundByVerification(int64_t sequence) const {
    {
      const auto server = Start(data_);
      ASSERT_NE(server, nullptr);
      Stubs stubs(server->InProcessChannel());
      EXPECT_TRUE(Read(stubs, kStruck).ok());
    }
    EXPECT_THAT(cli::VerifyData(data_, kStruck, {}),
                StatusIs(absl::StatusCode::kDataLoss,
                         HasSubstr(absl::StrCat("sequence ", sequence, ":"))));
    EXPECT_OK(cli::VerifyData(data_, kOther, {}));
  }

  void Delete(const std::string& table, const std::string& key) const {
    const auto store = OpenRaw();
    ASSERT_OK(store->Get(table, key));
    ASSERT_OK(store->Delete(table, key));
  }

  // What the table has for each sequence of the review.
  void DeleteAll(const std::string& table,
                 std::string (*key)(absl::string_view, int64_t)) const {
    const auto store = OpenRaw();
    for (int64_t sequence = 1; sequence <= kEntries; ++sequence) {
      ASSERT_OK(store->Delete(table, key(kStruck, sequence)));
    }
  }

  // Verification alone finds it, whatever a start would say.
  void ExpectNotVerified(int64_t sequence, const std::string& why) const {
    EXPECT_THAT(
        cli::VerifyData(data_, kStruck, {}),
        StatusIs(absl::StatusCode::kDataLoss,
                 AllOf(StartsWith(absl::StrCat("sequence ", sequence, ": ")),
                       HasSubstr(why))));
  }

  static std::string* honest_;
  static v1::ApplyResponse* last_;
  const std::string data_ = FreshDirectory() + "/data";
};

std::string* TamperTest::honest_ = nullptr;
v1::ApplyResponse* TamperTest::last_ = nullptr;

TEST_F(TamperTest, AnHonestStoreIsServedAndVerifies) {
  {
    const auto server = Start(data_);
    Stubs stubs(server->InProcessChannel());
    EXPECT_TRUE(Read(stubs, kStruck).ok());
  }
  EXPECT_OK(cli::VerifyData(data_, kStruck, {}));
  EXPECT_OK(cli::VerifyData(data_, kOther, {}));
}

TEST_F(TamperTest, ANumberOfAStoredTrialIsFoundByVerification) {
  ASSERT_OK_AND_ASSIGN(
      const TamperedField field,
      TamperTrial(data_, kStruck, "trial-1",
                  "results[death/any/drug].binary.events", "99"));
  EXPECT_EQ(field.old_value, "79");
  EXPECT_EQ(field.sequence, kEntries);
  ExpectFoundByVerification(field.sequence);
}

TEST_F(TamperTest, AStoredTrialThatNoEntryWroteIsFoundByVerification) {
  {
    const auto store = OpenRaw();
    // Entry kRecent wrote another trial.
    ASSERT_OK_AND_ASSIGN(
        const std::string bytes,
        store->Get("trial", storage::VersionKey(kStruck, "trial-1", kEntries)));
    ASSERT_OK(store->Put(
        "trial", storage::VersionKey(kStruck, "trial-1", kRecent), bytes));
  }
  ExpectFoundByVerification(kRecent);
}

TEST_F(TamperTest, AByteOfAChangeIsRefusedAtStart) {
  Flip("change", storage::ChangeKey(kStruck, kOld), -1);
  ExpectRefusedAtStart(absl::StrCat("sequence ", kOld));
}

TEST_F(TamperTest, AByteOfASaltIsRefusedAtStart) {
  Flip("change", storage::ChangeKey(kStruck, kRecent), 0);
  ExpectRefusedAtStart(absl::StrCat("sequence ", kRecent));
}

TEST_F(TamperTest, AByteOfARecentLeafIsRefusedAtStart) {
  const std::string key = storage::LogKey(kStruck, kRecent);
  Flip("log", key, PositionOf("honest", "log", key));
  ExpectRefusedAtStart(absl::StrCat("entry ", kRecent));
}

TEST_F(TamperTest, AByteOfAnOldLeafIsFoundByVerification) {
  const std::string key = storage::LogKey(kStruck, kOld);
  Flip("log", key, PositionOf("honest", "log", key));
  ExpectFoundByVerification(kOld);
}

// An entry without trials, whose records would show it too.
TEST_F(TamperTest, AByteOfAnOldLeafWithoutRecordsIsFoundByVerification) {
  const std::string key = storage::LogKey(kStruck, 2);
  Flip("log", key, PositionOf("honest", "log", key));
  ExpectFoundByVerification(2);
}

TEST_F(TamperTest, ARecentMerkleNodeIsRefusedAtStart) {
  Flip("merkle", storage::MerkleKey(kStruck, 0, kRecent - 1), 0);
  ExpectRefusedAtStart("has 80 entries");
}

TEST_F(TamperTest, AMerkleNodeOfTheRootIsRefusedAtStart) {
  Flip("merkle", storage::MerkleKey(kStruck, 6, 0), 0);
  ExpectRefusedAtStart("at that size the store has root");
}

TEST_F(TamperTest, AnOldMerkleNodeIsFoundByVerification) {
  // Completed by entry 6.
  Flip("merkle", storage::MerkleKey(kStruck, 1, 2), 0);
  ExpectFoundByVerification(kOld);
}

// A right child is in no root of any size that is made from stored nodes.
TEST_F(TamperTest, AnOldRightMerkleNodeIsFoundByVerification) {
  Flip("merkle", storage::MerkleKey(kStruck, 0, kOld - 1), 0);
  ExpectFoundByVerification(kOld);
}

TEST_F(TamperTest, AnEstimateThatNoEntryWroteIsFoundByVerification) {
  const int64_t future = kEntries + 1;
  ASSERT_OK(OpenRaw()->Put(
      "estimate", storage::VersionKey(kStruck, kSmallAnalysis, future), "x"));
  ExpectFoundByVerification(future);
}

TEST_F(TamperTest, AByteOfAnEstimateIsFoundByVerification) {
  Flip("estimate", storage::VersionKey(kStruck, kSmallAnalysis, kRecent), -1);
  ExpectFoundByVerification(kRecent);
}

TEST_F(TamperTest, ACheckpointIsFoundByVerification) {
  Flip("checkpoint", storage::CheckpointKey(kStruck, kRecent), -3);
  ExpectFoundByVerification(kRecent);
}

TEST_F(TamperTest, TheLastCheckpointIsFoundByVerification) {
  Flip("checkpoint", storage::CheckpointKey(kStruck, kEntries), -3);
  ExpectFoundByVerification(kEntries);
}

TEST_F(TamperTest, ADeletedChangeIsFoundByVerification) {
  Delete("change", storage::ChangeKey(kStruck, kOld));
  ExpectNotVerified(kOld, "no change 6");
}

TEST_F(TamperTest, ADeletedLeafIsFoundByVerification) {
  Delete("log", storage::LogKey(kStruck, kOld));
  ExpectNotVerified(kOld, "no entry 6");
}

TEST_F(TamperTest, ADeletedNewestLeafIsFoundByVerification) {
  Delete("log", storage::LogKey(kStruck, kEntries));
  ExpectNotVerified(kEntries, "entries were removed");
}

TEST_F(TamperTest, AllLeavesDeletedAreFoundByVerification) {
  DeleteAll("log", storage::LogKey);
  ExpectNotVerified(1, "the latest checkpoint is of size 80");
}

TEST_F(TamperTest, AStoreWithoutAReviewThatTheAnchorKnowsDoesNotVerify) {
  DeleteAll("log", storage::LogKey);
  DeleteAll("checkpoint", storage::CheckpointKey);
  ExpectNotVerified(1, "the anchor is of size 80");
  EXPECT_THAT(cli::VerifyData(data_, "never", {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("never")));
}

TEST_F(TamperTest, ADeletedFirstVersionOfATrialIsFoundByVerification) {
  // Written by entry 3: no version is left at that sequence.
  Delete("trial", storage::VersionKey(kStruck, "trial-2", 3));
  ExpectNotVerified(3, "trial-2");
}

TEST_F(TamperTest, ADeletedLaterVersionOfATrialIsFoundByVerification) {
  Delete("trial", storage::VersionKey(kStruck, "trial-1", kEntries));
  ExpectNotVerified(kEntries, "trial");
}

TEST_F(TamperTest, ADeletedEstimateIsFoundByVerification) {
  Delete("estimate", storage::VersionKey(kStruck, kSmallAnalysis, kRecent));
  ExpectNotVerified(kRecent, "estimate");
}

TEST_F(TamperTest, ADeletedMerkleNodeIsFoundByVerification) {
  Delete("merkle", storage::MerkleKey(kStruck, 1, 2));
  ExpectNotVerified(kOld, "Merkle node 1/2");
}

TEST_F(TamperTest, ADeletedLatestCheckpointIsFoundByVerification) {
  Delete("checkpoint", storage::CheckpointKey(kStruck, kEntries));
  ExpectNotVerified(kEntries, "the latest checkpoint");
}

TEST_F(TamperTest, DeletedCheckpointsAreFoundByVerification) {
  DeleteAll("checkpoint", storage::CheckpointKey);
  ExpectNotVerified(kEntries, "no checkpoint");
}

TEST_F(TamperTest, ADeletedAnchorIsFoundByVerification) {
  fs::remove(data_ + "/anchor");
  ExpectNotVerified(kEntries, "anchor");
  // It may just be elsewhere.
  const std::string elsewhere = FreshDirectory() + "/anchor-of-the-server";
  fs::copy_file(*honest_ + "/data/anchor", elsewhere);
  EXPECT_OK(cli::VerifyData(data_, kStruck, {}, elsewhere));
}

TEST_F(TamperTest, AnAnchorWithoutTheReviewIsFoundByVerification) {
  const std::string empty = FreshDirectory();
  ASSERT_NE(Start(empty), nullptr);
  fs::copy_file(empty + "/anchor", data_ + "/anchor",
                fs::copy_options::overwrite_existing);
  ExpectNotVerified(kEntries, "has no checkpoint of struck");
}

TEST_F(TamperTest, TheCommandSaysThatADeletedRowDoesNotVerify) {
  Delete("change", storage::ChangeKey(kStruck, kOld));
  const Finished verified =
      RunTidemark({"verify", kStruck, "--data", data_, "--output", "json"});
  EXPECT_EQ(verified.exit_code, 5);
  EXPECT_EQ(verified.data, "");
  EXPECT_THAT(verified.messages,
              AllOf(HasSubstr("does NOT verify"), HasSubstr("sequence 6: ")));
}

TEST_F(TamperTest, DeletedNewestEntriesAreRefusedAtStart) {
  {
    const auto store = OpenRaw();
    const std::string last = storage::LogKey(kStruck, kEntries);
    for (const char* table : {"log", "change"}) {
      ASSERT_OK(store->Delete(table, last));
    }
    ASSERT_OK(
        store->Delete("checkpoint", storage::CheckpointKey(kStruck, kEntries)));
    ASSERT_OK(store->Delete("trial",
                            storage::VersionKey(kStruck, "trial-1", kEntries)));
    ASSERT_OK(store->Delete(
        "estimate", storage::VersionKey(kStruck, kSmallAnalysis, kEntries)));
  }
  ExpectRefusedAtStart("the store has only 79: acknowledged entries are lost");
}

TEST_F(TamperTest, AnOlderCopyOfTheStoreIsRefusedAtStart) {
  const std::string copy = data_ + ".copy";
  Copy(data_, copy);
  {
    const auto server = Start(data_);
    Stubs stubs(server->InProcessChannel());
    EXPECT_EQ(SubmitNext(stubs, 0).sequence(), kEntries + 1);
  }
  Copy(copy + "/db", data_ + "/db");
  ExpectRefusedAtStart("the store has only 80: acknowledged entries are lost");
}

TEST_F(TamperTest, ADeletedWriteAheadLogIsRefusedAtStart) {
  std::vector<fs::path> logs;
  for (const auto& file : fs::directory_iterator(data_ + "/db")) {
    if (file.path().extension() == ".log") logs.push_back(file.path());
  }
  ASSERT_FALSE(logs.empty());
  for (const fs::path& log : logs) fs::remove(log);
  ExpectRefusedAtStart("acknowledged entries are lost");
}

TEST_F(TamperTest, ADeletedAnchorKeepsTheServerFromStarting) {
  fs::remove(data_ + "/anchor");
  server::ServerOptions options;
  options.data_dir = data_;
  EXPECT_THAT(server::Server::Start(options).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("anchor")));
}

// Store and anchor together; only the server's own log still knows of it.
TEST_F(TamperTest, AReviewThatIsGoneAltogetherIsMissedAtStart) {
  {
    const auto store = OpenRaw();
    const std::string prefix =
        absl::StrCat(kStruck, absl::string_view("\0", 1));
    for (const char* table :
         {"log", "change", "merkle", "trial", "estimate", "checkpoint"}) {
      ASSERT_OK_AND_ASSIGN(const std::vector<std::string> keys,
                           store->Keys(table, prefix));
      EXPECT_FALSE(keys.empty()) << table;
      for (const std::string& key : keys) ASSERT_OK(store->Delete(table, key));
    }
  }
  storage::AnchorOptions options;
  options.path = data_ + "/anchor";
  std::vector<storage::AnchoredCheckpoint> left;
  {
    ASSERT_OK_AND_ASSIGN(const auto anchor, storage::Anchor::Open(options));
    for (const storage::AnchoredCheckpoint& anchored : anchor->All()) {
      if (anchored.review != kStruck) left.push_back(anchored);
    }
  }
  fs::remove(options.path);
  {
    ASSERT_OK_AND_ASSIGN(const auto anchor, storage::Anchor::Open(options));
    ASSERT_OK(anchor->Update(left));
  }
  ExpectRefusedAtStart("says at sequence 2 that it was created");
  const auto server = Start(data_);
  Stubs stubs(server->InProcessChannel());
  v1::ListReviewsResponse list;
  ASSERT_TRUE(
      Call(*stubs.read, &v1::ReadService::Stub::ListReviews, {}, &list).ok());
  ASSERT_EQ(list.reviews_size(), 2);
  EXPECT_THAT(list.reviews(1).problem(), HasSubstr("nothing of it is stored"));
  // It cannot be made again in silence.
  v1::ApplyRequest request;
  request.set_review_id(kStruck);
  *request.mutable_change() = CreateSmallReview(kStruck);
  request.set_request_id("again");
  request.set_reason("in silence");
  v1::ApplyResponse response;
  EXPECT_EQ(
      Call(*stubs.write, &v1::WriteService::Stub::Apply, request, &response)
          .error_code(),
      grpc::StatusCode::DATA_LOSS);
}

TEST_F(TamperTest, AByteOfTheServersOwnLogIsRefusedAtStartAndReviewsAreServed) {
  Flip("change", storage::ChangeKey("system", 2), -1);
  const auto server = Start(data_);
  ASSERT_NE(server, nullptr);
  Stubs stubs(server->InProcessChannel());
  EXPECT_TRUE(Read(stubs, kStruck).ok());
  v1::ListEntriesRequest request;
  request.set_review_id("system");
  v1::ListEntriesResponse page;
  EXPECT_EQ(
      Call(*stubs.audit, &v1::AuditService::Stub::ListEntries, request, &page)
          .error_code(),
      grpc::StatusCode::DATA_LOSS);
}

// Store and anchor together: no start can see it. A receipt does.
TEST_F(TamperTest, AnOlderCopyOfEverythingIsFoundByAnyLaterReceipt) {
  const std::string copy = data_ + ".copy";
  Copy(data_, copy);
  v1::Receipt receipt;
  {
    const auto server = Start(data_);
    Stubs stubs(server->InProcessChannel());
    receipt = SubmitNext(stubs, 0).receipt();
  }
  Copy(copy, data_);
  const auto server = Start(data_);
  Stubs stubs(server->InProcessChannel());
  // Another entry takes the place of the one that was acknowledged.
  SubmitNext(stubs, 1);
  ASSERT_OK_AND_ASSIGN(const audit::Checkpoint told,
                       audit::ReadCheckpointUnverified(receipt.checkpoint()));
  v1::GetCheckpointRequest request;
  request.set_review_id(kStruck);
  v1::GetCheckpointResponse response;
  ASSERT_TRUE(Call(*stubs.audit, &v1::AuditService::Stub::GetCheckpoint,
                   request, &response)
                  .ok());
  ASSERT_OK_AND_ASSIGN(const audit::Checkpoint now,
                       audit::ReadCheckpointUnverified(response.checkpoint()));
  EXPECT_EQ(now.size, told.size);
  EXPECT_NE(now.root, told.root);
}

}  // namespace
}  // namespace tidemark::testing
