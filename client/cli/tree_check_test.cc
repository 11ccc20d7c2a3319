#include "client/cli/tree_check.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;

constexpr int kEntries = 9;

std::string LeafOf(int64_t sequence) { return absl::StrCat("leaf ", sequence); }

// An honest log of kEntries with a checkpoint of every size.
class TreeCheckTest : public ::testing::Test {
 protected:
  TreeCheckTest()
      : signer_(*audit::Signer::Create("log", {})),
        keys_(*audit::KeyHistory::OfOne(signer_.vkey())) {
    audit::Frontier frontier;
    for (int64_t sequence = 1; sequence <= kEntries; ++sequence) {
      for (const audit::Node& node :
           frontier.Append(audit::LeafHash(LeafOf(sequence)))) {
        nodes_[{node.level, node.index}] = node.hash;
      }
      roots_.push_back(frontier.Root());
    }
  }

  std::string Note(int64_t size, const audit::Digest& root) const {
    audit::Checkpoint checkpoint;
    checkpoint.origin = "log";
    checkpoint.size = size;
    checkpoint.root = root;
    return *audit::SignCheckpoint(checkpoint, signer_);
  }
  std::string Note(int64_t size) const {
    return Note(size, roots_[static_cast<size_t>(size - 1)]);
  }
  SignedHead Stored(int64_t size) const {
    return OpenHead("a stored checkpoint", size, Note(size), keys_);
  }

  // What is found when entry `bad` has another leaf, in a log of `size`.
  v1::Finding Find(std::vector<SignedHead> heads, int64_t bad,
                   int64_t size = kEntries) const {
    TreeCheck check(std::move(heads), [this](int64_t sequence, int64_t tree) {
      return Prove(sequence, tree);
    });
    for (int64_t sequence = 1; sequence <= size; ++sequence) {
      const std::string leaf = sequence == bad ? "other" : LeafOf(sequence);
      const auto nodes = check.Append(leaf);
      if (!nodes.ok()) return review::FindingOf(nodes.status());
    }
    const absl::Status status = check.Finish();
    return status.ok() ? v1::Finding() : review::FindingOf(status);
  }

  absl::StatusOr<LeafProof> Prove(int64_t sequence, int64_t size) const {
    const auto node = [this](int level,
                             int64_t index) -> absl::StatusOr<audit::Digest> {
      return nodes_.at({level, index});
    };
    LeafProof proof;
    proof.leaf_hash = *node(0, sequence - 1);
    proof.proof = *audit::InclusionProof(sequence - 1, size, node);
    return proof;
  }

  const audit::Signer signer_;
  const audit::KeyHistory keys_;
  std::map<std::pair<int, int64_t>, audit::Digest> nodes_;
  std::vector<audit::Digest> roots_;
};

TEST_F(TreeCheckTest, AnHonestLogReachesItsCheckpoints) {
  EXPECT_EQ(Find({Stored(9), Stored(1), Stored(4)}, 0).what(), "");
}

TEST_F(TreeCheckTest, AChangedLeafBetweenCheckpointsIsProven) {
  const v1::Finding finding = Find({Stored(2), Stored(7), Stored(9)}, 4);
  EXPECT_EQ(finding.sequence(), 4);
  EXPECT_EQ(finding.checkpoint_size(), 7);
  EXPECT_EQ(finding.expected(), audit::ToHex(audit::LeafHash(LeafOf(4))));
  EXPECT_EQ(finding.actual(), audit::ToHex(audit::LeafHash("other")));
}

TEST_F(TreeCheckTest, WithoutAProofTheCheckpointsBoundIt) {
  nodes_[{0, 3}] = audit::LeafHash("other");
  const v1::Finding range = Find({Stored(2), Stored(7)}, 4);
  EXPECT_EQ(range.sequence(), 0);
  EXPECT_EQ(range.checkpoint_size(), 7);
  EXPECT_THAT(range.what(), HasSubstr("one of 3 to 7"));
  EXPECT_EQ(range.expected(), audit::ToHex(roots_[6]));
  const v1::Finding exact = Find({Stored(3), Stored(4)}, 4);
  EXPECT_EQ(exact.sequence(), 4);
  EXPECT_EQ(exact.expected(), audit::ToHex(roots_[3]));
}

TEST_F(TreeCheckTest, TheFirstCheckpointThatTheLogDoesNotReachIsNamed) {
  const v1::Finding finding = Find({Stored(9), Stored(8), Stored(5)}, 0, 6);
  EXPECT_EQ(finding.sequence(), 7);
  EXPECT_EQ(finding.checkpoint_size(), 8);
  EXPECT_THAT(finding.expected(), HasSubstr(audit::ToHex(roots_[7])));
  EXPECT_THAT(finding.actual(), HasSubstr(audit::ToHex(roots_[5])));
}

TEST_F(TreeCheckTest, ABadSignatureIsFoundInItsPlace) {
  std::string note = Note(5);
  note.replace(note.find("\n5\n"), 3, "\n6\n");
  const SignedHead forged = OpenHead("a stored checkpoint", 6, note, keys_);
  EXPECT_EQ(Find({Stored(9), forged}, 0).checkpoint_size(), 6);
  EXPECT_EQ(Find({Stored(5), forged}, 5).sequence(), 5);
}

TEST_F(TreeCheckTest, ACheckpointInThePlaceOfAnotherIsFound) {
  const v1::Finding finding =
      Find({OpenHead("a stored checkpoint", 6, Note(5), keys_)}, 0);
  EXPECT_EQ(finding.checkpoint_size(), 6);
  EXPECT_EQ(finding.expected(), "size 6");
  EXPECT_EQ(finding.actual(), "size 5");
}

// The log's own checkpoints may have been signed again: that those before
// match does not make the next entry the bad one.
TEST_F(TreeCheckTest, OfTheAuditorsCheckpointNoEntryIsGuessed) {
  const audit::Digest other = audit::LeafHash("another history");
  const v1::Finding finding =
      Find({Stored(3), Stored(4), OpenHeldHead(Note(5, other), keys_)}, 0);
  EXPECT_EQ(finding.sequence(), 0);
  EXPECT_EQ(finding.checkpoint_size(), 5);
  EXPECT_EQ(finding.expected(), audit::ToHex(other));
}

TEST_F(TreeCheckTest, WhatIsNoCheckpointIsFoundBeforeTheFirstEntry) {
  const v1::Finding finding = Find({Stored(1), OpenHeldHead("", keys_)}, 1);
  EXPECT_EQ(finding.sequence(), 0);
  EXPECT_EQ(finding.what(), "the checkpoint that you hold");
}

TEST_F(TreeCheckTest, ALeafIsHeldAgainstTheNextCheckpoint) {
  const TreeCheck check({Stored(6)}, [this](int64_t sequence, int64_t tree) {
    return Prove(sequence, tree);
  });
  EXPECT_OK(check.CheckLeaf(4, LeafOf(4)));
  const v1::Finding finding = review::FindingOf(check.CheckLeaf(4, "other"));
  EXPECT_EQ(finding.sequence(), 4);
  EXPECT_EQ(check.ProvenLeaf(4), audit::LeafHash(LeafOf(4)));
  EXPECT_EQ(check.ProvenLeaf(7), std::nullopt);
  EXPECT_OK(check.CheckLeaf(7, "other"));
}

}  // namespace
}  // namespace tidemark::cli
