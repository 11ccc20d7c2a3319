#include "audit/key_history.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr KeySeed kSeed = {1};
constexpr KeySeed kOtherSeed = {2};

// A log of which every entry may name a key.
class TestLog {
 public:
  // Appends an entry; returns its proof in the tree that ends with it, signed
  // by `signers`.
  std::string Append(const std::string& action, const std::string& resource,
                     const std::vector<Signer>& signers) {
    Leaf leaf;
    leaf.sequence = frontier_.size() + 1;
    leaf.action = action;
    leaf.resource = resource;
    TlogProof proof;
    proof.leaf = *EncodeLeaf(leaf);
    proof.index = frontier_.size();
    proof.hashes = frontier_.NextProof();
    frontier_.Append(LeafHash(proof.leaf));
    proof.checkpoint = Checkpoint(signers);
    return *FormatTlogProof(proof);
  }

  std::string Checkpoint(const std::vector<Signer>& signers) const {
    const std::string text = *FormatCheckpoint(
        {signers[0].name(), frontier_.size(), frontier_.Root()});
    std::string note = absl::StrCat(text, "\n");
    for (const Signer& signer : signers) note += *signer.SignatureLine(text);
    return note;
  }

 private:
  Frontier frontier_;
};

class KeyHistoryTest : public ::testing::Test {
 protected:
  const Signer first_ = *FirstSignerOf(kSeed, "knee", kFirstEpoch);
  // Of the same name.
  const Signer second_ = *Signer::Create(first_.name(), kOtherSeed);
  const Signer restored_ = *FirstSignerOf(kSeed, "knee", 7);
  TestLog log_;

  std::string AppendOther() {
    return log_.Append("trials.submit", "trials/a", {first_});
  }
  std::string Rotate(const std::vector<Signer>& signers) {
    return log_.Append("keys.rotate", KeyResource(second_.vkey()), signers);
  }
  std::string Restore(const std::vector<Signer>& signers) {
    return log_.Append("log.restore", KeyResource(restored_.vkey()), signers);
  }
};

TEST_F(KeyHistoryTest, ALogThatNeverRotatedHasOneKey) {
  ASSERT_OK_AND_ASSIGN(const KeyHistory history,
                       KeyHistory::OfOne(first_.vkey()));
  EXPECT_EQ(history.current().vkey, first_.vkey());
  AppendOther();
  EXPECT_OK(history.Open(log_.Checkpoint({first_})));
}

TEST_F(KeyHistoryTest, ARotationIsSignedWithBothKeys) {
  AppendOther();
  const std::string before = log_.Checkpoint({first_});
  const std::string proof = Rotate({first_, second_});
  const std::string at = log_.Checkpoint({first_, second_});
  const std::string at_new_only = log_.Checkpoint({second_});
  AppendOther();
  const std::string after = log_.Checkpoint({second_});
  ASSERT_OK_AND_ASSIGN(
      const KeyHistory history,
      KeyHistory::Verify({{first_.vkey(), ""}, {second_.vkey(), proof}}));
  EXPECT_EQ(history.current().vkey, second_.vkey());
  EXPECT_EQ(history.current().from_size, 2);
  EXPECT_TRUE(history.SameEpoch(0, 1));
  EXPECT_OK(history.Open(before));
  EXPECT_OK(history.Open(at));
  EXPECT_OK(history.Open(after));
  // One without the old key would leave behind who knows no other.
  EXPECT_THAT(history.Open(at_new_only),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  // The old key signs nothing any more.
  EXPECT_THAT(history.Open(log_.Checkpoint({first_})),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST_F(KeyHistoryTest, NeitherKeyAloneCanRotate) {
  AppendOther();
  for (const Signer& alone : {first_, second_}) {
    TestLog log;
    log.Append("trials.submit", "trials/a", {first_});
    const std::string proof =
        log.Append("keys.rotate", KeyResource(second_.vkey()), {alone});
    EXPECT_THAT(
        KeyHistory::Verify({{first_.vkey(), ""}, {second_.vkey(), proof}}),
        StatusIs(absl::StatusCode::kUnauthenticated, _));
  }
}

TEST_F(KeyHistoryTest, ARestoredLogIsAnotherEpoch) {
  AppendOther();
  const std::string proof = Restore({restored_});
  ASSERT_OK_AND_ASSIGN(
      const KeyHistory history,
      KeyHistory::Verify({{first_.vkey(), ""}, {restored_.vkey(), proof}}));
  EXPECT_FALSE(history.SameEpoch(0, 1));
  EXPECT_TRUE(history.SameEpoch(1, 1));
  EXPECT_EQ(history.KeyAt(1).vkey, first_.vkey());
  EXPECT_EQ(history.KeyAt(2).vkey, restored_.vkey());
}

TEST_F(KeyHistoryTest, ARestoreNeedsALaterEpochOfTheSameReview) {
  AppendOther();
  const Signer other = *FirstSignerOf(kSeed, "hip", 7);
  const std::string proof =
      log_.Append("log.restore", KeyResource(other.vkey()), {other});
  EXPECT_THAT(KeyHistory::Verify({{first_.vkey(), ""}, {other.vkey(), proof}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("not of a later epoch")));
}

TEST_F(KeyHistoryTest, OtherEntriesNameNoKey) {
  AppendOther();
  const std::string other = log_.Append(
      "trials.submit", KeyResource(second_.vkey()), {first_, second_});
  EXPECT_THAT(
      KeyHistory::Verify({{first_.vkey(), ""}, {second_.vkey(), other}}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("names no key")));
  const Signer third = *Signer::Create(first_.name(), KeySeed{3});
  const std::string of_second =
      log_.Append("keys.rotate", KeyResource(second_.vkey()), {first_, third});
  EXPECT_THAT(
      KeyHistory::Verify({{first_.vkey(), ""}, {third.vkey(), of_second}}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("instead")));
}

TEST_F(KeyHistoryTest, AnEntryUnderALargerTreeIsNotTheRotation) {
  AppendOther();
  Rotate({first_});
  // Signed with both, but later: the old key may have been stolen by then.
  ASSERT_OK_AND_ASSIGN(TlogProof proof, ParseTlogProof(AppendOther()));
  proof.checkpoint = log_.Checkpoint({first_, second_});
  EXPECT_THAT(KeyHistory::Verify({{first_.vkey(), ""},
                                  {second_.vkey(), *FormatTlogProof(proof)}}),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
}

}  // namespace
}  // namespace tidemark::audit
