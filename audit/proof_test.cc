#include "audit/proof.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/testing/memory_tree.h"
#include "audit/testing/vectors.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr int64_t kMaxSize = 64;

std::string LeafText(int64_t i) { return "leaf " + std::to_string(i); }

const MemoryTree& Tree() {
  static const auto* const tree = [] {
    auto* built = new MemoryTree;
    for (int64_t i = 0; i < kMaxSize; ++i) built->Append(LeafText(i));
    return built;
  }();
  return *tree;
}

Digest Root(int64_t size) { return RootAt(size, Tree()).value(); }

using Digests = std::vector<Digest>;

// PATH(m, D[begin:end]) of RFC 6962 §2.1.1, word by word; recomputes all roots.
Digest ReferenceRoot(int64_t begin, int64_t end) {
  MemoryTree tree;
  for (int64_t i = begin; i < end; ++i) tree.Append(LeafText(i));
  return tree.frontier().Root();
}

int64_t Split(int64_t n) {
  int64_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

Digests ReferencePath(int64_t index, int64_t begin, int64_t end) {
  if (end - begin == 1) return {};
  const int64_t middle = begin + Split(end - begin);
  const bool left = index < middle;
  Digests path = left ? ReferencePath(index, begin, middle)
                      : ReferencePath(index, middle, end);
  path.push_back(left ? ReferenceRoot(middle, end)
                      : ReferenceRoot(begin, middle));
  return path;
}

// SUBPROOF(m, D[begin:end], b) of RFC 6962 §2.1.2, with m counted from 0.
Digests ReferenceSubproof(int64_t first, int64_t begin, int64_t end, bool b) {
  if (first == end) return b ? Digests{} : Digests{ReferenceRoot(begin, end)};
  const int64_t middle = begin + Split(end - begin);
  const bool left = first <= middle;
  Digests proof = left ? ReferenceSubproof(first, begin, middle, b)
                       : ReferenceSubproof(first, middle, end, false);
  proof.push_back(left ? ReferenceRoot(middle, end)
                       : ReferenceRoot(begin, middle));
  return proof;
}

// Every way to change a proof that a verifier must notice.
std::vector<Digests> Mutations(const Digests& proof) {
  std::vector<Digests> mutated;
  for (size_t i = 0; i < proof.size(); ++i) {
    Digests flipped = proof;
    flipped[i][i % 32] ^= 1;
    mutated.push_back(flipped);
    Digests without = proof;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    mutated.push_back(without);
  }
  mutated.push_back(proof);
  mutated.back().push_back(Sha256("more"));
  mutated.push_back(proof);
  mutated.back().insert(mutated.back().begin(), Sha256("more"));
  if (proof.size() > 1) {
    mutated.push_back(proof);
    std::swap(mutated.back().front(), mutated.back().back());
  }
  return mutated;
}

TEST(InclusionProofTest, EqualsTheRecursiveDefinition) {
  for (int64_t size = 1; size <= 20; ++size) {
    for (int64_t index = 0; index < size; ++index) {
      EXPECT_THAT(InclusionProof(index, size, Tree()),
                  IsOkAndHolds(ReferencePath(index, 0, size)));
    }
  }
}

TEST(InclusionProofTest, VerifiesForEveryLeafAndNothingElseDoes) {
  int rejected = 0;
  for (int64_t size = 1; size <= kMaxSize; ++size) {
    const Digest root = Root(size);
    for (int64_t index = 0; index < size; ++index) {
      const Digest leaf = LeafHash(LeafText(index));
      ASSERT_OK_AND_ASSIGN(const Digests proof,
                           InclusionProof(index, size, Tree()));
      ASSERT_OK(VerifyInclusion(leaf, index, size, proof, root));
      for (const Digests& mutated : Mutations(proof)) {
        EXPECT_FALSE(VerifyInclusion(leaf, index, size, mutated, root).ok());
        ++rejected;
      }
      EXPECT_FALSE(
          VerifyInclusion(LeafHash("other"), index, size, proof, root).ok());
      EXPECT_FALSE(VerifyInclusion(leaf, index ^ 1, size, proof, root).ok());
      EXPECT_FALSE(VerifyInclusion(leaf, index, size, proof, leaf).ok() &&
                   size > 1);
    }
  }
  EXPECT_GT(rejected, 20000);
}

TEST(InclusionProofTest, EqualsThePublishedVectors) {
  const nlohmann::json& vectors = MerkleVectors();
  MemoryTree tree;
  for (const nlohmann::json& leaf : vectors["leaf_inputs_hex"]) {
    tree.Append(Unhex(leaf));
  }
  for (const nlohmann::json& vector : vectors["inclusion"]) {
    const Digests proof = DigestsOf(vector["proof"]);
    EXPECT_THAT(InclusionProof(vector["index"], vector["size"], tree),
                IsOkAndHolds(proof));
    EXPECT_OK(VerifyInclusion(DigestOf(vector["leaf_hash"]), vector["index"],
                              vector["size"], proof, DigestOf(vector["root"])));
  }
}

TEST(InclusionProofTest, RefusesLeavesOutsideTheTree) {
  for (const auto& [index, size] :
       std::vector<std::pair<int64_t, int64_t>>{{-1, 4}, {4, 4}, {0, 0}}) {
    EXPECT_THAT(InclusionProof(index, size, Tree()),
                StatusIs(absl::StatusCode::kInvalidArgument, _));
    EXPECT_THAT(VerifyInclusion(EmptyRoot(), index, size, {}, EmptyRoot()),
                StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
}

TEST(InclusionProofTest, TellsAMalformedProofFromAWrongOne) {
  const Digest leaf = LeafHash(LeafText(2));
  ASSERT_OK_AND_ASSIGN(Digests proof, InclusionProof(2, 7, Tree()));
  EXPECT_THAT(VerifyInclusion(leaf, 2, 7, proof, Root(6)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("leaf 2")));
  proof.pop_back();
  EXPECT_THAT(VerifyInclusion(leaf, 2, 7, proof, Root(7)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("2 hashes; for these sizes it has 3")));
}

TEST(InclusionProofTest, TakesTheLargestTrees) {
  const int64_t huge = int64_t{1} << 62;
  EXPECT_THAT(
      VerifyInclusion(EmptyRoot(), huge - 1, huge, Digests(62), EmptyRoot()),
      StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST(InclusionProofTest, OfTheLastLeafGivesTheRootBeforeIt) {
  for (int64_t size = 1; size <= kMaxSize; ++size) {
    ASSERT_OK_AND_ASSIGN(const Digests proof,
                         InclusionProof(size - 1, size, Tree()));
    EXPECT_EQ(RootBeforeLast(proof), Root(size - 1)) << size;
  }
}

TEST(ConsistencyProofTest, EqualsTheRecursiveDefinition) {
  for (int64_t second = 1; second <= 20; ++second) {
    for (int64_t first = 1; first <= second; ++first) {
      EXPECT_THAT(ConsistencyProof(first, second, Tree()),
                  IsOkAndHolds(ReferenceSubproof(first, 0, second, true)));
    }
  }
}

TEST(ConsistencyProofTest, VerifiesForEveryPairAndNothingElseDoes) {
  for (int64_t second = 1; second <= kMaxSize; ++second) {
    for (int64_t first = 1; first <= second; ++first) {
      const Digest first_root = Root(first);
      const Digest second_root = Root(second);
      ASSERT_OK_AND_ASSIGN(const Digests proof,
                           ConsistencyProof(first, second, Tree()));
      const auto verify = [&](const Digest& from, const Digest& to,
                              const Digests& with) {
        return VerifyConsistency(first, from, second, to, with);
      };
      ASSERT_OK(verify(first_root, second_root, proof));
      for (const Digests& mutated : Mutations(proof)) {
        EXPECT_FALSE(verify(first_root, second_root, mutated).ok());
      }
      EXPECT_FALSE(verify(Sha256("x"), second_root, proof).ok());
      EXPECT_FALSE(verify(first_root, Sha256("x"), proof).ok());
      if (first == second) continue;
      EXPECT_FALSE(verify(second_root, first_root, proof).ok());
      EXPECT_FALSE(
          VerifyConsistency(first + 1, first_root, second, second_root, proof)
              .ok());
    }
  }
}

TEST(ConsistencyProofTest, EqualsThePublishedVectors) {
  const nlohmann::json& vectors = MerkleVectors();
  MemoryTree tree;
  for (const nlohmann::json& leaf : vectors["leaf_inputs_hex"]) {
    tree.Append(Unhex(leaf));
  }
  for (const nlohmann::json& vector : vectors["consistency"]) {
    const int64_t first = vector["first"];
    const int64_t second = vector["second"];
    const Digests proof = DigestsOf(vector["proof"]);
    const absl::Status verified =
        VerifyConsistency(first, DigestOf(vector["first_root"]), second,
                          DigestOf(vector["second_root"]), proof);
    if (first == 0) {
      EXPECT_THAT(verified, StatusIs(absl::StatusCode::kInvalidArgument, _));
      continue;
    }
    EXPECT_OK(verified);
    EXPECT_THAT(ConsistencyProof(first, second, tree), IsOkAndHolds(proof));
  }
}

TEST(ConsistencyProofTest, RefusesEmptyAndShrinkingTrees) {
  for (const auto& [first, second] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 4}, {5, 4}, {-1, 4}}) {
    EXPECT_THAT(ConsistencyProof(first, second, Tree()),
                StatusIs(absl::StatusCode::kInvalidArgument, _));
    EXPECT_THAT(VerifyConsistency(first, EmptyRoot(), second, EmptyRoot(), {}),
                StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
}

TEST(RootAtTest, PassesOnAMissingNode) {
  EXPECT_THAT(RootAt(kMaxSize + 1, Tree()),
              StatusIs(absl::StatusCode::kNotFound, "node 0/64"));
  EXPECT_THAT(RootAt(0, Tree()), IsOkAndHolds(EmptyRoot()));
}

}  // namespace
}  // namespace tidemark::audit
