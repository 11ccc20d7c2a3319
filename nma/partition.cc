#include "nma/partition.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tidemark::nma {
namespace {

// Disjoint sets whose representative is their smallest member.
class DisjointSets {
 public:
  explicit DisjointSets(int size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int Find(int member) {
    while (parent_[member] != member) {
      parent_[member] = parent_[parent_[member]];
      member = parent_[member];
    }
    return member;
  }
  void Join(int a, int b) {
    const std::pair<int, int> roots = std::minmax({Find(a), Find(b)});
    parent_[roots.second] = roots.first;
  }

 private:
  std::vector<int> parent_;
};

}  // namespace

Partition Connect(int items, absl::Span<const std::vector<int>* const> sets) {
  DisjointSets joined(items);
  for (const std::vector<int>* set : sets) {
    for (const int item : *set) joined.Join(set->front(), item);
  }
  Partition partition{std::vector<int>(items), std::vector<int>(items), {}};
  for (int item = 0; item < items; ++item) {
    const int first = joined.Find(item);
    if (first == item) {
      partition.part[item] = static_cast<int>(partition.nodes.size());
      partition.nodes.push_back(0);
    }
    partition.part[item] = partition.part[first];
    partition.node[item] = partition.nodes[partition.part[item]]++;
  }
  return partition;
}

}  // namespace tidemark::nma
