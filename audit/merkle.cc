#include "audit/merkle.h"

#include <cstdint>
#include <vector>

#include "absl/numeric/bits.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

// What keeps a leaf from passing for a node.
constexpr absl::string_view kLeafDomain("\x00", 1);
constexpr absl::string_view kNodeDomain("\x01", 1);

}  // namespace

Digest EmptyRoot() { return Sha256(""); }

Digest LeafHash(absl::string_view leaf) {
  return Sha256Hasher().Update(kLeafDomain).Update(leaf).Finish();
}

Digest NodeHash(const Digest& left, const Digest& right) {
  return Sha256Hasher().Update(kNodeDomain).Update(left).Update(right).Finish();
}

absl::StatusOr<Frontier> Frontier::Load(int64_t size, NodeReader node) {
  if (size < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tree cannot have ", size, " leaves"));
  }
  Frontier frontier;
  while (frontier.size_ < size) {
    const uint64_t rest = static_cast<uint64_t>(size - frontier.size_);
    const int level = static_cast<int>(absl::bit_width(rest)) - 1;
    ASSIGN_OR_RETURN(const Digest subtree,
                     node(level, frontier.size_ >> level));
    frontier.subtrees_.push_back(subtree);
    frontier.size_ += int64_t{1} << level;
  }
  return frontier;
}

std::vector<Node> Frontier::Append(const Digest& leaf_hash) {
  std::vector<Node> completed = {{0, size_, leaf_hash}};
  while (completed.back().index % 2 == 1) {
    const Node right = completed.back();
    const Digest parent = NodeHash(subtrees_.back(), right.hash);
    subtrees_.pop_back();
    completed.push_back({right.level + 1, right.index / 2, parent});
  }
  subtrees_.push_back(completed.back().hash);
  ++size_;
  return completed;
}

Digest Frontier::Root() const {
  if (subtrees_.empty()) return EmptyRoot();
  Digest root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i > 0; --i) {
    root = NodeHash(subtrees_[i - 1], root);
  }
  return root;
}

}  // namespace tidemark::audit
