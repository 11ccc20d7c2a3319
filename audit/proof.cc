#include "audit/proof.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

int BitWidth(int64_t value) {
  return static_cast<int>(absl::bit_width(static_cast<uint64_t>(value)));
}

int PopCount(int64_t value) {
  return absl::popcount(static_cast<uint64_t>(value));
}

// The largest power of two below n, where MTH splits n leaves. Requires n > 1.
int64_t SplitPoint(int64_t n) { return int64_t{1} << (BitWidth(n - 1) - 1); }

// MTH of the leaves [begin, end), a range that MTH itself forms: its perfect
// nodes, folded from the right. Requires begin < end.
absl::StatusOr<Digest> RangeHash(int64_t begin, int64_t end, NodeReader node) {
  std::vector<Digest> perfect;
  for (int64_t at = begin; at < end;) {
    const int level = BitWidth(end - at) - 1;
    ASSIGN_OR_RETURN(const Digest hash, node(level, at >> level));
    perfect.push_back(hash);
    at += int64_t{1} << level;
  }
  Digest hash = perfect.back();
  for (size_t i = perfect.size() - 1; i > 0; --i) {
    hash = NodeHash(perfect[i - 1], hash);
  }
  return hash;
}

absl::Status CheckProofLength(int64_t expected, size_t actual) {
  if (static_cast<size_t>(expected) == actual) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the proof has ", actual, " hashes; for these sizes it has ", expected));
}

// Length of the proof that leaf `index` is in a tree of `size` leaves.
int64_t PathLength(int64_t index, int64_t size) {
  const int inner = BitWidth(index ^ (size - 1));
  return inner + PopCount(index >> inner);
}

// Walks up two paths at once, from leaf `fn` and from the last leaf `sn`.
struct PathWalk {
  int64_t fn;
  int64_t sn;

  // Whether the next hash stands left of the path of `fn`.
  bool OnTheLeft() const { return fn % 2 == 1 || fn == sn; }

  // Goes up one hash; skips the levels where the path has no sibling.
  void Up() {
    if (OnTheLeft()) {
      while (fn % 2 == 0 && fn != 0) Shift();
    }
    Shift();
  }

  void Shift() {
    fn >>= 1;
    sn >>= 1;
  }
};

}  // namespace

absl::StatusOr<Digest> RootAt(int64_t size, NodeReader node) {
  ASSIGN_OR_RETURN(const Frontier frontier, Frontier::Load(size, node));
  return frontier.Root();
}

absl::StatusOr<std::vector<Digest>> InclusionProof(int64_t index, int64_t size,
                                                   NodeReader node) {
  if (index < 0 || index >= size) {
    return absl::InvalidArgumentError(
        absl::StrCat("leaf ", index, " is not in a tree of ", size, " leaves"));
  }
  std::vector<Digest> proof;
  int64_t begin = 0;
  int64_t end = size;
  while (end - begin > 1) {
    const int64_t middle = begin + SplitPoint(end - begin);
    const bool left = index < middle;
    ASSIGN_OR_RETURN(
        const Digest sibling,
        left ? RangeHash(middle, end, node) : RangeHash(begin, middle, node));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::StatusOr<std::vector<Digest>> ConsistencyProof(int64_t first_size,
                                                     int64_t second_size,
                                                     NodeReader node) {
  if (first_size <= 0 || first_size > second_size) {
    return absl::InvalidArgumentError(
        absl::StrCat("no consistency proof from ", first_size, " to ",
                     second_size, " leaves: need 0 < first <= second"));
  }
  std::vector<Digest> proof;
  int64_t begin = 0;
  int64_t end = second_size;
  while (end != first_size) {
    const int64_t middle = begin + SplitPoint(end - begin);
    const bool left = first_size <= middle;
    ASSIGN_OR_RETURN(
        const Digest sibling,
        left ? RangeHash(middle, end, node) : RangeHash(begin, middle, node));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  // The verifier has the root of [begin, end) already if that is the first
  // tree.
  if (begin != 0) {
    ASSIGN_OR_RETURN(const Digest last, RangeHash(begin, end, node));
    proof.push_back(last);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::Status VerifyInclusion(const Digest& leaf_hash, int64_t index,
                             int64_t size, absl::Span<const Digest> proof,
                             const Digest& root) {
  if (index < 0 || index >= size) {
    return absl::InvalidArgumentError(
        absl::StrCat("leaf ", index, " is not in a tree of ", size, " leaves"));
  }
  RETURN_IF_ERROR(CheckProofLength(PathLength(index, size), proof.size()));
  PathWalk walk = {index, size - 1};
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    hash = walk.OnTheLeft() ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
    walk.Up();
  }
  if (hash == root) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("leaf ", index, " with hash ", ToHex(leaf_hash),
                   " is not in the tree of ", size, " leaves with root ",
                   ToHex(root), ": the proof leads to ", ToHex(hash)));
}

Digest RootBeforeLast(absl::Span<const Digest> proof) {
  if (proof.empty()) return EmptyRoot();
  Digest root = proof[0];
  for (const Digest& left : proof.subspan(1)) root = NodeHash(left, root);
  return root;
}

absl::Status VerifyConsistency(int64_t first_size, const Digest& first_root,
                               int64_t second_size, const Digest& second_root,
                               absl::Span<const Digest> proof) {
  if (first_size <= 0 || first_size > second_size) {
    return absl::InvalidArgumentError(
        absl::StrCat("no consistency proof from ", first_size, " to ",
                     second_size, " leaves: need 0 < first <= second"));
  }
  const auto divergence = [&](absl::string_view which, const Digest& root) {
    return absl::DataLossError(absl::StrCat(
        "the tree of ", second_size, " leaves with root ", ToHex(second_root),
        " does not extend the tree of ", first_size, " leaves with root ",
        ToHex(first_root), ": the proof leads to the ", which, " root ",
        ToHex(root)));
  };
  if (first_size == second_size) {
    RETURN_IF_ERROR(CheckProofLength(0, proof.size()));
    if (first_root == second_root) return absl::OkStatus();
    return divergence("first", first_root);
  }

  // The subtree that ends the first tree is a node of the second one too; when
  // it is the whole first tree, its hash is known and left out of the proof.
  const int shift = absl::countr_zero(static_cast<uint64_t>(first_size));
  const bool whole = first_size == int64_t{1} << shift;
  PathWalk walk = {(first_size - 1) >> shift, (second_size - 1) >> shift};
  const int64_t above = PathLength(walk.fn, walk.sn + 1);
  RETURN_IF_ERROR(CheckProofLength(above + (whole ? 0 : 1), proof.size()));

  Digest first = whole ? first_root : proof[0];
  Digest second = first;
  if (!whole) proof.remove_prefix(1);
  for (const Digest& sibling : proof) {
    if (walk.OnTheLeft()) {
      first = NodeHash(sibling, first);
      second = NodeHash(sibling, second);
    } else {
      second = NodeHash(second, sibling);
    }
    walk.Up();
  }
  if (first != first_root) return divergence("first", first);
  if (second != second_root) return divergence("second", second);
  return absl::OkStatus();
}

}  // namespace tidemark::audit
