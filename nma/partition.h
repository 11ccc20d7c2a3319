// Which items belong together because some set has them both.
#ifndef TIDEMARK_NMA_PARTITION_H_
#define TIDEMARK_NMA_PARTITION_H_

#include <vector>

#include "absl/types/span.h"

namespace tidemark::nma {

// The connected parts of n items, ordered by their first item.
struct Partition {
  std::vector<int> part;   // n: of each item
  std::vector<int> node;   // n: of each item, its place among those of its part
  std::vector<int> nodes;  // per part: how many items it has
};

// The finest partition that splits none of the sets. An item of no set is a
// part of its own. Requires sets that are not empty, of items from 0 to
// items - 1. O(items + sum k), nearly.
Partition Connect(int items, absl::Span<const std::vector<int>* const> sets);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_PARTITION_H_
