// Whatever is changed in a store behind the log's back, so that all checksums
// of RocksDB hold, is refused at the next start or found by verification, which
// names the sequence, what was expected and found, and the records and
// estimates concerned. Each test says which of the two.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
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
using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

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
    // To look things up in: opening a store already changes its files.
    CopyData(*honest_ + "/data", *honest_ + "/pristine");
  }
  static void TearDownTestSuite() {
    delete honest_;
    delete last_;
  }

  void SetUp() override { CopyData(*honest_ + "/data", data_); }

  std::unique_ptr<RawStore> OpenRaw() const {
    auto store = RawStore::Open(data_);
    EXPECT_OK(store);
    return *std::move(store);
  }

  // Puts a byte in the place of the value's first.
  void OverwriteByte(const std::string& table, const std::string& key,
                     unsigned char byte) const {
    const auto store = OpenRaw();
    ASSERT_OK_AND_ASSIGN(std::string value, store->Get(table, key));
    value[0] = static_cast<char>(byte);
    ASSERT_OK(store->Put(table, key, value));
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
  }

  // The start does not see it.
  void ExpectServed() const {
    const auto server = Start(data_);
    ASSERT_NE(server, nullptr);
    Stubs stubs(server->InProcessChannel());
    EXPECT_TRUE(Read(stubs, kStruck).ok());
  }

  // What the command finds in a copy of the data.
  json FoundInData() const {
    EXPECT_EQ(RunTidemark({"verify", kOther, "--data", data_}).exit_code, 0);
    return Found({"verify", kStruck, "--data", data_});
  }

  // What it finds over a server.
  json FoundOnline() const {
    EXPECT_EQ(
        RunTidemark({"--local", data_, "verify", kOther, "--deep"}).exit_code,
        0);
    return Found({"--local", data_, "verify", kStruck, "--deep"});
  }

  static json Found(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--output", "json"});
    const Finished finished = RunTidemark(arguments);
    EXPECT_EQ(finished.exit_code, 5) << finished.messages;
    EXPECT_THAT(finished.messages, HasSubstr("does NOT verify"));
    json found = json::parse(finished.data, nullptr, false);
    EXPECT_FALSE(found.is_discarded()) << finished.data;
    EXPECT_EQ(found["verified"], false);
    return found;
  }

  // Only the stored nodes, or what no entry wrote, may be wrong.
  void ExpectVerifiesOnline() const {
    EXPECT_EQ(
        RunTidemark({"--local", data_, "verify", kStruck, "--deep"}).exit_code,
        0);
  }

  // Of the honest store.
  static std::string HashOfLeaf(int64_t sequence) {
    return audit::ToHex(audit::LeafHash(
        *Honest()->Get("log", storage::LogKey(kStruck, sequence))));
  }
  static audit::Leaf LeafOf(int64_t sequence) {
    return *audit::DecodeLeaf(
        *Honest()->Get("log", storage::LogKey(kStruck, sequence)));
  }
  static std::string NodeOf(int level, int64_t index) {
    return absl::BytesToHexString(
        *Honest()->Get("merkle", storage::MerkleKey(kStruck, level, index)));
  }
  static std::unique_ptr<RawStore> Honest() {
    return *RawStore::Open(*honest_ + "/pristine");
  }

  // Estimates of the only analysis, one an entry.
  static json Estimates(int64_t first, int64_t last) {
    return {{{"analysis", kSmallAnalysis},
             {"first_sequence", first},
             {"last_sequence", last},
             {"count", last - first + 1}}};
  }

  // A change that does not hash to what its leaf commits to.
  void ExpectBadDigest(int64_t sequence) const {
    const auto value =
        OpenRaw()->Get("change", storage::ChangeKey(kStruck, sequence));
    const json found = FoundInData();
    EXPECT_EQ(found["sequence"], sequence);
    EXPECT_EQ(found["what"], "digest of the change");
    EXPECT_EQ(found["expected"],
              audit::ToHex(LeafOf(sequence).change_commitment));
    // Stored as salt and change, one after the other.
    EXPECT_EQ(found["actual"], audit::ToHex(audit::Sha256(*value)));
    EXPECT_THAT(found["records"], Contains(RecordOf(sequence)));
    EXPECT_EQ(found["estimates"], Estimates(sequence, kEntries));
  }

  // A leaf that is not the one that the tree was made of.
  void ExpectBadLeaf(const json& found, int64_t sequence) const {
    const auto leaf = OpenRaw()->Get("log", storage::LogKey(kStruck, sequence));
    EXPECT_EQ(found["sequence"], sequence);
    EXPECT_EQ(found["checkpoint_size"], sequence);
    EXPECT_EQ(found["expected"], HashOfLeaf(sequence));
    EXPECT_EQ(found["actual"], audit::ToHex(audit::LeafHash(*leaf)));
    EXPECT_EQ(found["records"], json({RecordOf(sequence)}));
    EXPECT_EQ(found["estimates"], Estimates(sequence, kEntries));
  }

  // A node that is not made of its leaves.
  void ExpectBadNode(int64_t sequence, int level, int64_t index) const {
    const auto node =
        OpenRaw()->Get("merkle", storage::MerkleKey(kStruck, level, index));
    const json found = FoundInData();
    EXPECT_EQ(found["sequence"], sequence);
    EXPECT_EQ(found["what"],
              absl::StrCat("stored tree node ", level, "/", index));
    EXPECT_EQ(found["expected"], NodeOf(level, index));
    EXPECT_EQ(found["actual"], absl::BytesToHexString(*node));
    EXPECT_EQ(found["records"], json({RecordOf(sequence)}));
    EXPECT_EQ(found["estimates"], Estimates(sequence, kEntries));
  }

  // What SubmitNext wrote as entry `sequence`.
  static std::string RecordOf(int64_t sequence) {
    return absl::StrCat("trials/trial-", (sequence - 1) % 3);
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
  for (const char* review : {kStruck, kOther}) {
    EXPECT_EQ(RunTidemark({"verify", review, "--data", data_}).exit_code, 0);
    EXPECT_EQ(
        RunTidemark({"--local", data_, "verify", review, "--deep"}).exit_code,
        0);
  }
}

TEST_F(TamperTest, ANumberOfAStoredTrialIsFoundByVerification) {
  ASSERT_OK_AND_ASSIGN(
      const TamperedField field,
      TamperTrial(data_, kStruck, "trial-1",
                  "results[death/any/drug].binary.events", "99"));
  EXPECT_EQ(field.old_value, "79");
  EXPECT_EQ(field.sequence, kEntries);
  ExpectServed();
  for (const json& found : {FoundInData(), FoundOnline()}) {
    EXPECT_EQ(found["sequence"], kEntries);
    EXPECT_EQ(found["what"],
              "trial trial-1: the stored record is not what its change made: "
              "trial.results[0].binary.events");
    EXPECT_EQ(found["expected"], "79");
    EXPECT_EQ(found["actual"], "99");
    EXPECT_EQ(found["records"], json({"trials/trial-1"}));
    EXPECT_EQ(found["estimates"], Estimates(kEntries, kEntries));
  }
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
  ExpectServed();
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kRecent);
  EXPECT_EQ(found["actual"], "one is stored");
  EXPECT_EQ(found["records"], json({"trials/trial-1"}));
}

TEST_F(TamperTest, AByteOfAChangeIsRefusedAtStart) {
  Flip("change", storage::ChangeKey(kStruck, kOld), -1);
  ExpectRefusedAtStart(absl::StrCat("sequence ", kOld));
  ExpectBadDigest(kOld);
  EXPECT_THAT(FoundOnline()["actual"].get<std::string>(),
              HasSubstr(absl::StrCat("sequence ", kOld)));
}

TEST_F(TamperTest, AByteOfASaltIsRefusedAtStart) {
  Flip("change", storage::ChangeKey(kStruck, kRecent), 0);
  ExpectRefusedAtStart(absl::StrCat("sequence ", kRecent));
  ExpectBadDigest(kRecent);
}

TEST_F(TamperTest, AByteOfARecentLeafIsRefusedAtStart) {
  const std::string key = storage::LogKey(kStruck, kRecent);
  Flip("log", key, PositionOf("honest", "log", key));
  ExpectRefusedAtStart(absl::StrCat("entry ", kRecent));
  ExpectBadLeaf(FoundInData(), kRecent);
}

TEST_F(TamperTest, AByteOfAnOldLeafIsFoundByVerification) {
  const std::string key = storage::LogKey(kStruck, kOld);
  Flip("log", key, PositionOf("honest", "log", key));
  ExpectServed();
  ExpectBadLeaf(FoundInData(), kOld);
  ExpectBadLeaf(FoundOnline(), kOld);
}

// The quick check does not read entries, and says so.
TEST_F(TamperTest, AByteOfAnOldLeafIsNotLookedForByTheQuickCheck) {
  const std::string key = storage::LogKey(kStruck, kOld);
  Flip("log", key, PositionOf("honest", "log", key));
  const Finished quick = RunTidemark({"--local", data_, "verify", kStruck});
  EXPECT_EQ(quick.exit_code, 0);
  EXPECT_THAT(quick.messages,
              HasSubstr("records and estimates were not recomputed: --deep"));
}

// An entry without trials, whose records would show it too.
TEST_F(TamperTest, AByteOfAnOldLeafWithoutRecordsIsFoundByVerification) {
  const std::string key = storage::LogKey(kStruck, 2);
  Flip("log", key, PositionOf("honest", "log", key));
  ExpectServed();
  for (const json& found : {FoundInData(), FoundOnline()}) {
    EXPECT_EQ(found["sequence"], 2);
    EXPECT_EQ(found["expected"], HashOfLeaf(2));
    EXPECT_EQ(found["records"],
              json({absl::StrCat("analyses/", kSmallAnalysis)}));
    EXPECT_EQ(found["estimates"], Estimates(2, kEntries));
  }
}

// The node is changed with it: only the signed roots still know. Those of each
// size bound it to one entry.
TEST_F(TamperTest, ALeafAndItsNodeAreFoundByTheSignedRoot) {
  const std::string key = storage::LogKey(kStruck, kOld);
  Flip("log", key, PositionOf("honest", "log", key));
  {
    const auto store = OpenRaw();
    ASSERT_OK_AND_ASSIGN(const std::string leaf, store->Get("log", key));
    const audit::Digest hash = audit::LeafHash(leaf);
    ASSERT_OK(store->Put("merkle", storage::MerkleKey(kStruck, 0, kOld - 1),
                         std::string(audit::AsBytes(hash))));
  }
  for (const json& found : {FoundInData(), FoundOnline()}) {
    EXPECT_EQ(found["sequence"], kOld);
    EXPECT_EQ(found["checkpoint_size"], kOld);
    EXPECT_THAT(found["what"].get<std::string>(),
                HasSubstr("root of the entries"));
    EXPECT_EQ(found["estimates"], Estimates(kOld, kEntries));
  }
}

TEST_F(TamperTest, ARecentMerkleNodeIsRefusedAtStart) {
  Flip("merkle", storage::MerkleKey(kStruck, 0, kRecent - 1), 0);
  ExpectRefusedAtStart("has 80 entries");
  ExpectBadNode(kRecent, 0, kRecent - 1);
}

TEST_F(TamperTest, AMerkleNodeOfTheRootIsRefusedAtStart) {
  Flip("merkle", storage::MerkleKey(kStruck, 6, 0), 0);
  ExpectRefusedAtStart("at that size the store has root");
  ExpectBadNode(64, 6, 0);
}

TEST_F(TamperTest, AnOldMerkleNodeIsFoundByVerification) {
  // Completed by entry 6.
  Flip("merkle", storage::MerkleKey(kStruck, 1, 2), 0);
  ExpectServed();
  ExpectBadNode(kOld, 1, 2);
  ExpectVerifiesOnline();
}

// A right child is in no root of any size that is made from stored nodes.
TEST_F(TamperTest, AnOldRightMerkleNodeIsFoundByVerification) {
  Flip("merkle", storage::MerkleKey(kStruck, 0, kOld - 1), 0);
  ExpectServed();
  ExpectBadNode(kOld, 0, kOld - 1);
  ExpectVerifiesOnline();
}

TEST_F(TamperTest, AnEstimateThatNoEntryWroteIsFoundByVerification) {
  const int64_t future = kEntries + 1;
  ASSERT_OK(OpenRaw()->Put(
      "estimate", storage::VersionKey(kStruck, kSmallAnalysis, future), "x"));
  ExpectServed();
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], future);
  EXPECT_EQ(found["estimates"], Estimates(future, future));
  ExpectVerifiesOnline();
}

TEST_F(TamperTest, AByteOfAnEstimateIsFoundByVerification) {
  Flip("estimate", storage::VersionKey(kStruck, kSmallAnalysis, kRecent), -1);
  ExpectServed();
  const auto bytes = OpenRaw()->Get(
      "estimate", storage::VersionKey(kStruck, kSmallAnalysis, kRecent));
  for (const json& found : {FoundInData(), FoundOnline()}) {
    EXPECT_EQ(found["sequence"], kRecent);
    EXPECT_EQ(found["what"],
              "analysis death-or: digest of the stored estimate");
    EXPECT_EQ(found["expected"],
              audit::ToHex(LeafOf(kRecent).analyses[0].estimate));
    EXPECT_EQ(found["actual"], audit::ToHex(audit::Sha256(*bytes)));
    EXPECT_EQ(found["records"], json({"trials/trial-0"}));
    // No other is made from it.
    EXPECT_EQ(found["estimates"], Estimates(kRecent, kRecent));
  }
}

TEST_F(TamperTest, ACheckpointIsFoundByVerification) {
  Flip("checkpoint", storage::CheckpointKey(kStruck, kRecent), -4);
  ExpectServed();
  for (const json& found : {FoundInData(), FoundOnline()}) {
    EXPECT_FALSE(found.contains("sequence"));
    EXPECT_EQ(found["checkpoint_size"], kRecent);
    EXPECT_THAT(found["expected"].get<std::string>(),
                HasSubstr("a checkpoint signed by "));
  }
}

TEST_F(TamperTest, ACheckpointThatIsNoTextIsFoundByVerification) {
  OverwriteByte("checkpoint", storage::CheckpointKey(kStruck, kRecent), 0xFF);
  ExpectServed();
  EXPECT_EQ(FoundInData()["checkpoint_size"], kRecent);
  const Finished online =
      RunTidemark({"--local", data_, "verify", kStruck, "--deep"});
  EXPECT_EQ(online.exit_code, 5);
  EXPECT_THAT(online.data, HasSubstr("size 70 of struck is not UTF-8"));
}

TEST_F(TamperTest, TheLastCheckpointIsFoundAtStart) {
  Flip("checkpoint", storage::CheckpointKey(kStruck, kEntries), -4);
  ExpectRefusedAtStart("the last stored checkpoint is not signed by a key");
  EXPECT_EQ(FoundInData()["checkpoint_size"], kEntries);
}

TEST_F(TamperTest, ADeletedChangeIsFoundByVerification) {
  Delete("change", storage::ChangeKey(kStruck, kOld));
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kOld);
  EXPECT_EQ(found["expected"], audit::ToHex(LeafOf(kOld).change_commitment));
  EXPECT_THAT(found["actual"].get<std::string>(), HasSubstr("no change 6"));
  EXPECT_EQ(found["records"], json({"trials/trial-2"}));
  EXPECT_EQ(found["estimates"], Estimates(kOld, kEntries));
}

TEST_F(TamperTest, ADeletedLeafIsFoundByVerification) {
  Delete("log", storage::LogKey(kStruck, kOld));
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kOld);
  EXPECT_THAT(found["expected"].get<std::string>(),
              HasSubstr(HashOfLeaf(kOld)));
  EXPECT_THAT(found["actual"].get<std::string>(), HasSubstr("no entry 6"));
  EXPECT_EQ(found["records"], json({"trials/trial-2"}));
  // Its own is not among them: nothing says any more that there was one.
  EXPECT_EQ(found["estimates"], Estimates(kOld + 1, kEntries));
}

TEST_F(TamperTest, ADeletedNewestLeafIsFoundByVerification) {
  Delete("log", storage::LogKey(kStruck, kEntries));
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kEntries);
  EXPECT_EQ(found["checkpoint_size"], kEntries);
  EXPECT_THAT(found["what"].get<std::string>(),
              HasSubstr("entries were removed"));
  EXPECT_THAT(found["expected"].get<std::string>(), HasSubstr("80 entries"));
  EXPECT_THAT(found["actual"].get<std::string>(), HasSubstr("79 entries"));
  EXPECT_EQ(found["records"], json({"trials/trial-1"}));
  EXPECT_EQ(found["estimates"], Estimates(kEntries, kEntries));
}

TEST_F(TamperTest, AllLeavesDeletedAreFoundByVerification) {
  DeleteAll("log", storage::LogKey);
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], 1);
  EXPECT_EQ(found["checkpoint_size"], kEntries);
  EXPECT_THAT(found["what"].get<std::string>(),
              HasSubstr("the latest checkpoint"));
}

TEST_F(TamperTest, AStoreWithoutAReviewThatTheAnchorKnowsDoesNotVerify) {
  DeleteAll("log", storage::LogKey);
  DeleteAll("checkpoint", storage::CheckpointKey);
  EXPECT_THAT(FoundInData()["what"].get<std::string>(),
              HasSubstr("the anchor"));
  const Finished never = RunTidemark({"verify", "never", "--data", data_});
  EXPECT_EQ(never.exit_code, 6);
  EXPECT_THAT(never.messages, HasSubstr("never"));
}

TEST_F(TamperTest, ADeletedFirstVersionOfATrialIsRefusedAtStart) {
  // Written by entry 3: no version is left at that sequence.
  Delete("trial", storage::VersionKey(kStruck, "trial-2", 3));
  ExpectRefusedAtStart("trial trial-2 is missing");
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], 3);
  EXPECT_EQ(found["what"], "trial records stored");
  EXPECT_EQ(found["expected"], "trial-2");
  EXPECT_EQ(found["actual"], "none");
  EXPECT_EQ(found["records"], json({"trials/trial-2"}));
  EXPECT_EQ(found["estimates"], Estimates(3, kEntries));
}

TEST_F(TamperTest, ADeletedLaterVersionOfATrialIsFoundByVerification) {
  Delete("trial", storage::VersionKey(kStruck, "trial-1", kEntries));
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kEntries);
  EXPECT_EQ(found["records"], json({"trials/trial-1"}));
}

TEST_F(TamperTest, ADeletedEstimateIsRefusedAtStart) {
  Delete("estimate", storage::VersionKey(kStruck, kSmallAnalysis, kRecent));
  ExpectRefusedAtStart(absl::StrCat(kSmallAnalysis, " is missing"));
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kRecent);
  EXPECT_EQ(found["what"], "estimates stored");
  EXPECT_EQ(found["expected"], kSmallAnalysis);
  EXPECT_EQ(found["actual"], "none");
  EXPECT_EQ(found["estimates"], Estimates(kRecent, kRecent));
}

TEST_F(TamperTest, ADeletedMerkleNodeIsRefusedAtStart) {
  Delete("merkle", storage::MerkleKey(kStruck, 1, 2));
  ExpectRefusedAtStart("no Merkle node 1/2");
  const json found = FoundInData();
  EXPECT_EQ(found["sequence"], kOld);
  EXPECT_EQ(found["expected"], NodeOf(1, 2));
  EXPECT_THAT(found["actual"].get<std::string>(),
              HasSubstr("no Merkle node 1/2"));
}

TEST_F(TamperTest, ADeletedLatestCheckpointIsFoundByVerification) {
  Delete("checkpoint", storage::CheckpointKey(kStruck, kEntries));
  const json found = FoundInData();
  EXPECT_EQ(found["checkpoint_size"], kEntries);
  EXPECT_EQ(found["what"], "the latest checkpoint");
  EXPECT_EQ(found["expected"], "one of size 80");
  EXPECT_EQ(found["actual"], "the last is of size 79");
}

TEST_F(TamperTest, DeletedCheckpointsAreFoundByVerification) {
  DeleteAll("checkpoint", storage::CheckpointKey);
  const json found = FoundInData();
  EXPECT_EQ(found["checkpoint_size"], kEntries);
  EXPECT_EQ(found["actual"], "there is no checkpoint");
}

TEST_F(TamperTest, ADeletedAnchorIsFoundByVerification) {
  fs::remove(data_ + "/anchor");
  const json found = Found({"verify", kStruck, "--data", data_});
  EXPECT_EQ(found["checkpoint_size"], kEntries);
  EXPECT_EQ(found["what"], "the anchor");
  // It may just be elsewhere.
  const std::string elsewhere = FreshDirectory() + "/anchor-of-the-server";
  fs::copy_file(*honest_ + "/data/anchor", elsewhere);
  EXPECT_EQ(
      RunTidemark({"verify", kStruck, "--data", data_, "--anchor", elsewhere})
          .exit_code,
      0);
}

TEST_F(TamperTest, AnAnchorWithoutTheReviewIsFoundByVerification) {
  const std::string empty = FreshDirectory();
  ASSERT_NE(Start(empty), nullptr);
  fs::copy_file(empty + "/anchor", data_ + "/anchor",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(
      Found({"verify", kStruck, "--data", data_})["actual"].get<std::string>(),
      HasSubstr("has no checkpoint of struck"));
}

TEST_F(TamperTest, TheCommandShowsPeopleWhatItFound) {
  Delete("change", storage::ChangeKey(kStruck, kOld));
  const Finished verified =
      RunTidemark({"verify", kStruck, "--data", data_, "--output", "table"});
  EXPECT_EQ(verified.exit_code, 5);
  EXPECT_THAT(verified.data,
              AllOf(HasSubstr("digest of the change"),
                    HasSubstr(audit::ToHex(LeafOf(kOld).change_commitment)),
                    HasSubstr("no change 6"), HasSubstr("trials/trial-2"),
                    HasSubstr("75 of death-or, at sequences 6 to 80")));
  EXPECT_THAT(verified.messages, HasSubstr("does NOT verify: sequence 6\n"));
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
  CopyData(data_, copy);
  {
    const auto server = Start(data_);
    Stubs stubs(server->InProcessChannel());
    EXPECT_EQ(SubmitNext(stubs, 0).sequence(), kEntries + 1);
  }
  CopyData(copy + "/db", data_ + "/db");
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
  CopyData(data_, copy);
  v1::Receipt receipt;
  {
    const auto server = Start(data_);
    Stubs stubs(server->InProcessChannel());
    receipt = SubmitNext(stubs, 0).receipt();
  }
  CopyData(copy, data_);
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
