#include "storage/node_cache.h"

#include <string>

namespace tidemark::storage {

std::optional<audit::Digest> NodeCache::Find(absl::string_view review,
                                             int level, int64_t index) const {
  if (level < kLeastLevel) return std::nullopt;
  const Key key(review, level, index);
  MutexLock lock(&mutex_);
  const auto found = nodes_.find(key);
  if (found == nodes_.end()) return std::nullopt;
  return found->second;
}

void NodeCache::Insert(absl::string_view review, int level, int64_t index,
                       const audit::Digest& hash) {
  if (level < kLeastLevel) return;
  MutexLock lock(&mutex_);
  if (nodes_.size() >= kMostNodes) nodes_.clear();
  nodes_.emplace(Key(review, level, index), hash);
}

}  // namespace tidemark::storage
