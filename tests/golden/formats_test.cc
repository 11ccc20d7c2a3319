// What docs/formats.md freezes, byte by byte: today's code writes what the
// files of formats/ hold, and reads it.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/resume_token.h"
#include "storage/anchor.h"
#include "storage/key_file.h"
#include "storage/kv_store.h"
#include "storage/review_store.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"

namespace tidemark {
namespace {

using ::testing::ElementsAre;
using ::tidemark::testing::IsOkAndHolds;

constexpr char kReview[] = "knees";
constexpr size_t kAnchorLineBytes = 32;

std::string Golden(const std::string& name) {
  std::ifstream file("tests/golden/formats/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

audit::KeySeed TheSeed() {
  audit::KeySeed seed = {};
  for (size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<uint8_t>(i);
  return seed;
}

// The example of docs/formats.md.
audit::Leaf TheLeaf() {
  audit::Leaf leaf;
  leaf.epoch = 1;
  leaf.sequence = 2;
  leaf.time_unix_nanos = 1700000000000000000;
  leaf.actor = "ana";
  leaf.auth_method = "token";
  leaf.action = "correct";
  leaf.resource = "trials/t1";
  leaf.version_before = 1;
  leaf.version_after = 2;
  leaf.reason = "SD, not SE";
  leaf.request_id = "r-7";
  leaf.engine_build = "0.1";
  leaf.change_commitment =
      audit::ChangeCommitment(std::string(32, 's'), "change").value();
  leaf.analyses = {
      {"pain", audit::Sha256("inputs"), audit::Sha256("estimate")}};
  return leaf;
}

// A log of three entries, the second of which writes a trial and an estimate.
std::vector<storage::Entry> TheEntries(storage::LogWriter& log) {
  std::vector<storage::Entry> entries;
  for (const char* change : {"first", "second", "third"}) {
    entries.push_back(log.Append(change));
  }
  entries[1].trials = {{"t1", "the trial"}};
  entries[1].estimates = {{"pain", "the estimate"}};
  return entries;
}

constexpr std::pair<storage::Table, const char*> kTables[] = {
    {storage::Table::kMeta, "meta"},
    {storage::Table::kLog, "log"},
    {storage::Table::kMerkle, "merkle"},
    {storage::Table::kChange, "change"},
    {storage::Table::kTrial, "trial"},
    {storage::Table::kEstimate, "estimate"},
    {storage::Table::kCheckpoint, "checkpoint"},
};

storage::OpenOptions At(const std::string& path) {
  storage::OpenOptions options;
  options.path = path;
  return options;
}

// Every row of the store, as `table hex(key) hex(value)`.
std::string RowsOf(const std::string& path) {
  const auto store = storage::KvStore::Open(At(path)).value();
  std::string rows;
  for (const auto& [table, name] : kTables) {
    const auto row = store->NewIterator(table, "", "\xFF");
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      absl::StrAppend(&rows, name, " ", absl::BytesToHexString(row->key()), " ",
                      absl::BytesToHexString(row->value()), "\n");
    }
    EXPECT_OK(row->status());
  }
  return rows;
}

// The lines of a file that are not all zeros, as `offset hex`; its size last.
std::string Dump(absl::string_view file) {
  std::string lines;
  for (size_t at = 0; at < file.size(); at += kAnchorLineBytes) {
    const absl::string_view line = file.substr(at, kAnchorLineBytes);
    if (line.find_first_not_of('\0') == absl::string_view::npos) continue;
    absl::StrAppend(&lines, at, " ", absl::BytesToHexString(line), "\n");
  }
  return absl::StrCat(lines, file.size(), "\n");
}

// The file that Dump made the lines of.
std::string Undump(const std::string& dump) {
  std::vector<std::string> lines =
      absl::StrSplit(dump, '\n', absl::SkipEmpty());
  std::string file(std::stoul(lines.back()), '\0');
  lines.pop_back();
  for (const std::string& line : lines) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, ' ');
    const std::string bytes = absl::HexStringToBytes(parts.second);
    file.replace(std::stoul(parts.first), bytes.size(), bytes);
  }
  return file;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Lines(const std::vector<audit::Digest>& digests) {
  std::string lines;
  for (const audit::Digest& digest : digests) {
    absl::StrAppend(&lines, audit::ToHex(digest), "\n");
  }
  return lines;
}

TEST(FormatsTest, Leaf) {
  const std::string golden = Golden("leaf-1.hex");
  ASSERT_OK_AND_ASSIGN(const std::string bytes, audit::EncodeLeaf(TheLeaf()));
  EXPECT_EQ(absl::BytesToHexString(bytes) + "\n", golden);
  EXPECT_THAT(audit::DecodeLeaf(
                  absl::HexStringToBytes(golden.substr(0, golden.size() - 1))),
              IsOkAndHolds(TheLeaf()));
}

TEST(FormatsTest, StoreIsWritten) {
  const std::string path = storage::MakeTempDir() + "/db";
  {
    ASSERT_OK_AND_ASSIGN(const auto store,
                         storage::ReviewStore::Open(At(path)));
    storage::LogWriter log(kReview);
    const std::vector<storage::Entry> entries = TheEntries(log);
    ASSERT_OK(store->Commit(entries, {log.Checkpoint()}));
  }
  EXPECT_EQ(RowsOf(path), Golden("store-2.txt"));
}

// The parameter is the store as a schema version wrote it.
class StoreFormatsTest : public ::testing::TestWithParam<const char*> {};

TEST_P(StoreFormatsTest, StoreIsRead) {
  const std::string path = storage::MakeTempDir() + "/db";
  std::map<std::string, storage::Table> tables;
  for (const auto& [table, name] : kTables) tables[name] = table;
  {
    storage::Batch batch;
    for (const absl::string_view row :
         absl::StrSplit(Golden(GetParam()), '\n', absl::SkipEmpty())) {
      const std::vector<std::string> parts = absl::StrSplit(row, ' ');
      const std::string key = absl::HexStringToBytes(parts[1]);
      // That of the last batch the store writes itself.
      if (key == absl::string_view("\0commit\0", 8)) continue;
      batch.Put(tables.at(parts[0]), key, absl::HexStringToBytes(parts[2]));
    }
    ASSERT_OK_AND_ASSIGN(const auto store, storage::KvStore::Open(At(path)));
    ASSERT_OK(store->Write(batch));
  }
  ASSERT_OK_AND_ASSIGN(const auto store, storage::ReviewStore::Open(At(path)));
  storage::LogWriter log(kReview);
  const std::vector<storage::Entry> entries = TheEntries(log);
  EXPECT_THAT(store->Reviews(), IsOkAndHolds(ElementsAre(kReview)));
  EXPECT_THAT(store->LogSize(kReview), IsOkAndHolds(3));
  for (const storage::Entry& entry : entries) {
    EXPECT_THAT(store->Leaf(kReview, entry.sequence), IsOkAndHolds(entry.leaf));
    ASSERT_OK_AND_ASSIGN(const storage::SaltedChange change,
                         store->Change(kReview, entry.sequence));
    EXPECT_EQ(change.salt, entry.salt);
    EXPECT_EQ(change.change, entry.change);
    for (const audit::Node& node : entry.nodes) {
      EXPECT_THAT(store->Node(kReview, node.level, node.index),
                  IsOkAndHolds(node.hash));
    }
    ASSERT_OK_AND_ASSIGN(const storage::StoredRequest request,
                         store->FindRequest(kReview, entry.request_id));
    EXPECT_EQ(request.sequence, entry.sequence);
    EXPECT_EQ(request.digest, entry.request_digest);
  }
  ASSERT_OK_AND_ASSIGN(const storage::StoredVersion trial,
                       store->TrialAsOf(kReview, "t1", 3));
  EXPECT_EQ(trial.sequence, 2);
  EXPECT_EQ(trial.bytes, "the trial");
  ASSERT_OK_AND_ASSIGN(const storage::StoredVersion estimate,
                       store->EstimateAsOf(kReview, "pain", 3));
  EXPECT_EQ(estimate.bytes, "the estimate");
  EXPECT_THAT(store->Checkpoint(kReview, 3),
              IsOkAndHolds(log.Checkpoint().note));
}

INSTANTIATE_TEST_SUITE_P(Versions, StoreFormatsTest,
                         ::testing::Values("store-1.txt", "store-2.txt"));

TEST(FormatsTest, Anchor) {
  storage::AnchorOptions options;
  options.path = storage::MakeTempDir() + "/anchor";
  storage::LogWriter log(kReview);
  {
    ASSERT_OK_AND_ASSIGN(const auto anchor, storage::Anchor::Open(options));
    for (const char* change : {"first", "second", "third"}) {
      log.Append(change);
      ASSERT_OK(anchor->Update({log.Anchored()}));
    }
    storage::LogWriter other("hips");
    other.Append("first");
    ASSERT_OK(anchor->Update({other.Anchored()}));
  }
  EXPECT_EQ(Dump(ReadAll(options.path)), Golden("anchor-1.txt"));

  std::ofstream(options.path, std::ios::binary)
      << Undump(Golden("anchor-1.txt"));
  options.must_exist = true;
  ASSERT_OK_AND_ASSIGN(const auto anchor, storage::Anchor::Open(options));
  ASSERT_EQ(anchor->All().size(), 2U);
  ASSERT_OK_AND_ASSIGN(const storage::AnchoredCheckpoint knees,
                       anchor->Find(kReview));
  EXPECT_EQ(knees.size, 3);
  EXPECT_EQ(knees.root, log.frontier().Root());
  EXPECT_EQ(knees.note, log.Checkpoint().note);
}

TEST(FormatsTest, KeyFile) {
  const std::string directory = storage::MakeTempDir();
  const storage::KeyFileOptions fresh = {directory + "/fresh", nullptr, true};
  ASSERT_OK_AND_ASSIGN(const storage::KeyRing made,
                       storage::LoadKeyFile(fresh));
  std::string like_it = Golden("signing-key-1.txt");
  like_it.replace(like_it.find(' ') + 1, 64, audit::ToHex(made.front()));
  EXPECT_EQ(ReadAll(fresh.path), like_it);

  const storage::KeyFileOptions old = {directory + "/old", nullptr, false};
  std::ofstream(old.path) << Golden("signing-key-1.txt");
  ASSERT_EQ(chmod(old.path.c_str(), 0600), 0);
  EXPECT_THAT(storage::LoadKeyFile(old),
              IsOkAndHolds(storage::KeyRing{TheSeed()}));
}

TEST(FormatsTest, KeyFileInARotation) {
  const storage::KeyFileOptions file = {storage::MakeTempDir() + "/key",
                                        nullptr, false};
  const storage::KeyRing ring = {audit::Sha256("a newer key"), TheSeed()};
  ASSERT_OK(storage::ReplaceKeyFile(file, ring));
  EXPECT_EQ(ReadAll(file.path), Golden("signing-key-2.txt"));
  EXPECT_THAT(storage::LoadKeyFile(file), IsOkAndHolds(ring));
}

// Without its newline.
audit::Verifier GoldenKey(const std::string& file) {
  return *audit::Verifier::Parse(absl::StripSuffix(Golden(file), "\n"));
}

TEST(FormatsTest, KeyAndCheckpoint) {
  ASSERT_OK_AND_ASSIGN(
      const audit::Signer signer,
      audit::FirstSignerOf(TheSeed(), kReview, audit::kFirstEpoch));
  EXPECT_EQ(signer.vkey() + "\n", Golden("vkey-2.txt"));
  const audit::Checkpoint checkpoint = {signer.name(), 3,
                                        audit::Sha256("a root")};
  EXPECT_THAT(audit::SignCheckpoint(checkpoint, signer),
              IsOkAndHolds(Golden("checkpoint-2.txt")));
  EXPECT_THAT(audit::OpenCheckpoint(Golden("checkpoint-2.txt"),
                                    GoldenKey("vkey-2.txt"), signer.name()),
              IsOkAndHolds(checkpoint));
}

// Builds up to 0.2.0 named only what follows the last "+" of the key.
TEST(FormatsTest, KeyAndCheckpointWithAnOlderName) {
  const audit::Verifier key = GoldenKey("vkey.txt");
  ASSERT_OK_AND_ASSIGN(const audit::LogOrigin origin,
                       audit::ParseLogOrigin(key.name()));
  EXPECT_EQ(origin.review, kReview);
  EXPECT_THAT(
      audit::OpenCheckpoint(Golden("checkpoint.txt"), key, key.name()),
      IsOkAndHolds(audit::Checkpoint{key.name(), 3, audit::Sha256("a root")}));
}

// Of a tree of seven leaves, "0" to "6".
class ProofFormatTest : public ::testing::Test {
 protected:
  ProofFormatTest() {
    for (int i = 0; i < kLeaves; ++i) {
      for (const audit::Node& node :
           tree_.Append(audit::LeafHash(absl::StrCat(i)))) {
        nodes_[{node.level, node.index}] = node.hash;
      }
      roots_.push_back(tree_.Root());
    }
  }

  absl::StatusOr<audit::Digest> operator()(int level, int64_t index) const {
    return nodes_.at({level, index});
  }

  static std::vector<audit::Digest> Digests(const std::string& name) {
    std::vector<audit::Digest> digests;
    for (const absl::string_view line :
         absl::StrSplit(Golden(name), '\n', absl::SkipEmpty())) {
      digests.push_back(audit::DigestFromHex(line).value());
    }
    return digests;
  }

  static constexpr int kLeaves = 7;
  audit::Frontier tree_;
  std::map<std::pair<int, int64_t>, audit::Digest> nodes_;
  std::vector<audit::Digest> roots_;
};

TEST_F(ProofFormatTest, Inclusion) {
  const auto node = [this](int level, int64_t index) {
    return (*this)(level, index);
  };
  ASSERT_OK_AND_ASSIGN(const auto proof,
                       audit::InclusionProof(4, kLeaves, node));
  EXPECT_EQ(Lines(proof), Golden("inclusion-4-7.txt"));
  EXPECT_OK(audit::VerifyInclusion(audit::LeafHash("4"), 4, kLeaves,
                                   Digests("inclusion-4-7.txt"),
                                   roots_.back()));
}

TEST_F(ProofFormatTest, Consistency) {
  const auto node = [this](int level, int64_t index) {
    return (*this)(level, index);
  };
  ASSERT_OK_AND_ASSIGN(const auto proof,
                       audit::ConsistencyProof(3, kLeaves, node));
  EXPECT_EQ(Lines(proof), Golden("consistency-3-7.txt"));
  EXPECT_OK(audit::VerifyConsistency(3, roots_[2], kLeaves, roots_.back(),
                                     Digests("consistency-3-7.txt")));
}

TEST(FormatsTest, ResumeToken) {
  v1::WatchRequest request;
  request.set_review_id(kReview);
  request.add_analyses("pain");
  const server::ResumeTokens tokens(request, audit::kFirstEpoch);
  std::string golden = Golden("resume-token-1.hex");
  EXPECT_EQ(absl::BytesToHexString(tokens.Make({7})) + "\n", golden);
  golden.pop_back();
  EXPECT_THAT(tokens.Read(absl::HexStringToBytes(golden)),
              IsOkAndHolds(server::ResumePoint{7}));
}

TEST(FormatsTest, ResumeTokenWithinASnapshot) {
  v1::WatchRequest request;
  request.set_review_id(kReview);
  request.add_analyses("pain");
  const server::ResumeTokens tokens(request, audit::kFirstEpoch);
  EXPECT_EQ(absl::BytesToHexString(tokens.Make({7, 2})) + "\n",
            Golden("resume-token-2.hex"));
}

}  // namespace
}  // namespace tidemark
