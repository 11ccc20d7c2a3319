// The Merkle tree of RFC 6962 §2.1 (= RFC 9162 §2.1.1) over SHA-256.
//
// Only perfect nodes are ever stored: node (level, index) is the root of the
// leaves [index * 2^level, (index + 1) * 2^level). They never change, and n
// leaves have fewer than 2n of them.
#ifndef TIDEMARK_AUDIT_MERKLE_H_
#define TIDEMARK_AUDIT_MERKLE_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"

namespace tidemark::audit {

// SHA-256 of nothing: the root of the empty tree.
Digest EmptyRoot();

// SHA-256(0x00 || leaf).
Digest LeafHash(absl::string_view leaf);

// SHA-256(0x01 || left || right).
Digest NodeHash(const Digest& left, const Digest& right);

// A perfect node.
struct Node {
  int level = 0;
  int64_t index = 0;
  Digest hash = {};
};

inline bool operator==(const Node& a, const Node& b) {
  return a.level == b.level && a.index == b.index && a.hash == b.hash;
}

// Looks up a perfect node. Its errors are passed on.
using NodeReader =
    absl::FunctionRef<absl::StatusOr<Digest>(int level, int64_t index)>;

// What must be kept of the leaves [0, size) in order to append: the perfect
// subtrees of the tree from left to right, one for each bit set in size.
// A plain value: copy it to try an append. Thread-compatible.
class Frontier {
 public:
  // The empty tree.
  Frontier() = default;

  // The frontier of the first `size` leaves, from popcount(size) nodes.
  // InvalidArgument if size < 0.
  static absl::StatusOr<Frontier> Load(int64_t size, NodeReader node);

  // Appends the leaf with this LeafHash. Returns the perfect nodes that it
  // completes, to be stored: level 0 first, each the parent of the one before;
  // amortised two nodes, at most log2(size) + 1.
  std::vector<Node> Append(const Digest& leaf_hash);

  int64_t size() const { return size_; }

  // Of the leaf appended next: its inclusion proof in the tree that ends with
  // it, the leaf's sibling first.
  std::vector<Digest> NextProof() const {
    return {subtrees_.rbegin(), subtrees_.rend()};
  }

  // The root of all leaves; EmptyRoot() of none. O(log size).
  Digest Root() const;

 private:
  int64_t size_ = 0;
  std::vector<Digest> subtrees_;
};

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_MERKLE_H_
