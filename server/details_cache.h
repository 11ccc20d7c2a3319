// Keeps what took long to make of estimates.
#ifndef TIDEMARK_SERVER_DETAILS_CACHE_H_
#define TIDEMARK_SERVER_DETAILS_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace tidemark::server {

// What an answer is made of: with these the same, so is it, for ever. So
// nothing is ever invalidated.
struct DetailsKey {
  std::string review;
  int64_t epoch = 0;
  // ReviewState::last_redaction(): details name words, such as countries.
  int64_t redaction = 0;
  // One for an estimate with details, several for benefit and harm.
  struct OfAnalysis {
    std::string analysis;
    // Of the entry that wrote the estimate.
    int64_t sequence = 0;

    bool operator<(const OfAnalysis& other) const;
  };
  std::vector<OfAnalysis> estimates;
  // What was asked of them, as bytes.
  std::string question;

  bool operator<(const DetailsKey& other) const;
};

// The serialised answers that were used last, within a bound of bytes. Only
// what does not change may be put in: not what became known later.
// Thread-safe. O(log entries) each.
class DetailsCache {
 public:
  // Of keys and answers together. What alone is larger is not kept.
  explicit DetailsCache(size_t most_bytes) : most_bytes_(most_bytes) {}

  // Null if it is not there.
  std::shared_ptr<const std::string> Find(const DetailsKey& key);

  void Insert(const DetailsKey& key, std::string answer);

  size_t bytes() const;

 private:
  struct Entry {
    DetailsKey key;
    std::shared_ptr<const std::string> answer;
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
