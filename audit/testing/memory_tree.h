// A Merkle tree in memory, with every perfect node at hand.
#ifndef TIDEMARK_AUDIT_TESTING_MEMORY_TREE_H_
#define TIDEMARK_AUDIT_TESTING_MEMORY_TREE_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/merkle.h"
#include "audit/sha256.h"

namespace tidemark::audit {

class MemoryTree {
 public:
  // Returns the nodes that the leaf completes.
  std::vector<Node> Append(absl::string_view leaf) {
    const std::vector<Node> completed = frontier_.Append(LeafHash(leaf));
    for (const Node& node : completed) {
      nodes_[{node.level, node.index}] = node.hash;
    }
    return completed;
  }

  // Usable as a NodeReader; NotFound if there is no such node.
  absl::StatusOr<Digest> operator()(int level, int64_t index) const {
    const auto found = nodes_.find({level, index});
    if (found == nodes_.end()) {
      return absl::NotFoundError(absl::StrCat("node ", level, "/", index));
    }
    return found->second;
  }

  const Frontier& frontier() const { return frontier_; }
  int64_t node_count() const { return static_cast<int64_t>(nodes_.size()); }

 private:
  Frontier frontier_;
  std::map<std::pair<int, int64_t>, Digest> nodes_;
};

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_TESTING_MEMORY_TREE_H_
