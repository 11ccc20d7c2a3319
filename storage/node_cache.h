// Upper nodes of the Merkle trees, which every proof needs.
#ifndef TIDEMARK_STORAGE_NODE_CACHE_H_
#define TIDEMARK_STORAGE_NODE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "base/mutex.h"

namespace tidemark::storage {

// Perfect nodes never change, so what was read once is right for ever. Keeps
// those from level kLeastLevel up: two thirds of the nodes of a proof from a
// million leaves, and one in 64 of all. Thread-safe; O(1).
class NodeCache {
 public:
  static constexpr int kLeastLevel = 6;
  // Of some 100 bytes; with more it begins anew.
  static constexpr size_t kMostNodes = 100000;

  std::optional<audit::Digest> Find(absl::string_view review, int level,
                                    int64_t index) const;
  void Insert(absl::string_view review, int level, int64_t index,
              const audit::Digest& hash);

 private:
  using Key = std::tuple<std::string, int, int64_t>;

  mutable Mutex mutex_;
  std::unordered_map<Key, audit::Digest, absl::Hash<Key>> nodes_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_NODE_CACHE_H_
