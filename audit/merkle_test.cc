#include "audit/merkle.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/big_endian.h"
#include "audit/proof.h"
#include "audit/testing/memory_tree.h"
#include "audit/testing/vectors.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::tidemark::testing::StatusIs;

std::string NumberedLeaf(int64_t i) {
  std::string leaf;
  AppendBigEndian(static_cast<uint64_t>(i), 8, &leaf);
  return leaf;
}

// MTH of RFC 6962 §2.1, word by word.
Digest ReferenceRoot(const std::vector<std::string>& leaves) {
  const size_t n = leaves.size();
  if (n == 0) return Sha256("");
  if (n == 1) return Sha256(std::string(1, '\x00') + leaves[0]);
  size_t k = 1;
  while (2 * k < n) k *= 2;
  const Digest left = ReferenceRoot({leaves.begin(), leaves.begin() + k});
  const Digest right = ReferenceRoot({leaves.begin() + k, leaves.end()});
  std::string node(1, '\x01');
  node.append(left.begin(), left.end());
  node.append(right.begin(), right.end());
  return Sha256(node);
}

TEST(FrontierTest, RootsEqualTheRecursiveDefinition) {
  std::vector<std::string> leaves;
  MemoryTree tree;
  for (int64_t n = 0; n <= 130; ++n) {
    ASSERT_EQ(tree.frontier().size(), n);
    EXPECT_EQ(tree.frontier().Root(), ReferenceRoot(leaves)) << n;
    leaves.push_back(NumberedLeaf(n));
    tree.Append(leaves.back());
  }
}

TEST(FrontierTest, RootsEqualThePublishedOnes) {
  const nlohmann::json& vectors = MerkleVectors();
  MemoryTree tree;
  for (size_t n = 0;; ++n) {
    EXPECT_EQ(tree.frontier().Root(), DigestOf(vectors["roots_hex"][n]));
    if (n == vectors["leaf_inputs_hex"].size()) break;
    const std::string leaf = Unhex(vectors["leaf_inputs_hex"][n]);
    EXPECT_EQ(LeafHash(leaf), DigestOf(vectors["leaf_hashes_hex"][n]));
    tree.Append(leaf);
  }
}

TEST(FrontierTest, RootsOfLargeTreesEqualTheVectors) {
  const nlohmann::json& roots = MerkleVectors()["large_roots"]["roots"];
  Frontier frontier;
  size_t compared = 0;
  while (compared < roots.size()) {
    frontier.Append(LeafHash(NumberedLeaf(frontier.size())));
    const auto root = roots.find(std::to_string(frontier.size()));
    if (root == roots.end()) continue;
    EXPECT_EQ(frontier.Root(), DigestOf(*root)) << frontier.size();
    ++compared;
  }
  EXPECT_EQ(frontier.size(), 70000);
}

TEST(FrontierTest, EntryBundleRootEqualsTheVector) {
  const nlohmann::json& bundle = MerkleVectors()["entry_bundle"];
  Frontier frontier;
  for (const nlohmann::json& entry : bundle["entries_hex"]) {
    frontier.Append(LeafHash(Unhex(entry)));
  }
  EXPECT_EQ(frontier.Root(), DigestOf(bundle["root"]));
}

TEST(FrontierTest, AppendReturnsEachPerfectNodeOnce) {
  MemoryTree tree;
  tree.Append("a");
  const Digest a = LeafHash("a");
  const Digest b = LeafHash("b");
  EXPECT_THAT(tree.Append("b"),
              ElementsAre(Node{0, 1, b}, Node{1, 0, NodeHash(a, b)}));
  int64_t expected = 0;
  for (int64_t n = 3; n <= 300; ++n) {
    tree.Append("x");
    expected = 0;
    for (int64_t width = n; width > 0; width /= 2) expected += width;
    EXPECT_EQ(tree.node_count(), expected);
    EXPECT_LT(tree.node_count(), 2 * n);
  }
}

TEST(FrontierTest, LoadContinuesWhereTheTreeStopped) {
  MemoryTree tree;
  for (int64_t n = 0; n <= 70; ++n) {
    ASSERT_OK_AND_ASSIGN(Frontier loaded, Frontier::Load(n, tree));
    EXPECT_EQ(loaded.size(), n);
    EXPECT_EQ(loaded.Root(), tree.frontier().Root());
    const std::vector<Node> nodes = tree.Append(NumberedLeaf(n));
    EXPECT_EQ(loaded.Append(LeafHash(NumberedLeaf(n))), nodes);
    EXPECT_EQ(loaded.Root(), tree.frontier().Root());
  }
}

TEST(FrontierTest, KnowsTheInclusionProofOfTheLeafThatItAppendsNext) {
  MemoryTree tree;
  for (int64_t n = 0; n <= 70; ++n) {
    const std::vector<Digest> proof = tree.frontier().NextProof();
    const std::string leaf = NumberedLeaf(n);
    tree.Append(leaf);
    EXPECT_OK(VerifyInclusion(LeafHash(leaf), n, n + 1, proof,
                              tree.frontier().Root()));
  }
}

TEST(FrontierTest, LoadPassesOnAMissingNodeAndRefusesNegativeSizes) {
  MemoryTree tree;
  tree.Append("a");
  EXPECT_THAT(Frontier::Load(2, tree),
              StatusIs(absl::StatusCode::kNotFound, "node 1/0"));
  EXPECT_THAT(Frontier::Load(-1, tree),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
}

}  // namespace
}  // namespace tidemark::audit
