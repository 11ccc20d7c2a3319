// Keeps the details of estimates that took long to make.
#ifndef TIDEMARK_SERVER_DETAILS_CACHE_H_
#define TIDEMARK_SERVER_DETAILS_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace tidemark::server {

// What an estimate with details is made of: with these the same, so is it, for
// ever. So nothing is ever invalidated.
struct DetailsKey {
  std::string review;
  int64_t epoch = 0;
  std::string analysis;
  // Of the entry that wrote the estimate.
  int64_t sequence = 0;
  // The EstimateDetails asked for, as bytes.
  std::string details;

  bool operator<(const DetailsKey& other) const;
};

// The serialised estimates that were used last, within a bound of bytes. Only
// what does not change may be put in: not what became known later.
// Thread-safe. O(log entries) each.
class DetailsCache {
 public:
  // Of keys and estimates together. What alone is larger is not kept.
  explicit DetailsCache(size_t most_bytes) : most_bytes_(most_bytes) {}

  // Null if it is not there.
  std::shared_ptr<const std::string> Find(const DetailsKey& key);

  void Insert(const DetailsKey& key, std::string estimate);

  size_t bytes() const;

 private:
  struct Entry {
    DetailsKey key;
    std::shared_ptr<const std::string> estimate;
    size_t bytes = 0;
  };
  using Entries = std::list<Entry>;

  const size_t most_bytes_;
  mutable Mutex mutex_;
  // The last used first.
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  std::map<DetailsKey, Entries::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_DETAILS_CACHE_H_
