// Turns log entries into the batch that stores them, checking them on the way.
#ifndef TIDEMARK_STORAGE_ENTRY_BATCH_H_
#define TIDEMARK_STORAGE_ENTRY_BATCH_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/kv_store.h"
#include "storage/review_store.h"

namespace tidemark::storage {

// One group commit in the making. Not thread-safe.
class EntryBatch {
 public:
  // `store` must outlive this. `log_sizes` are those of its reviews that are
  // known; others are read.
  EntryBatch(const ReviewStore& store, std::map<std::string, int64_t> log_sizes)
      : store_(store), log_sizes_(std::move(log_sizes)) {}

  // Adds what the entry, or checkpoint, writes. The errors of
  // ReviewStore::Commit; give the batch up after one.
  absl::Status Add(const Entry& entry);
  absl::Status Add(const SignedCheckpoint& checkpoint);

  const Batch& batch() const { return batch_; }
  // With the entries that were added.
  std::map<std::string, int64_t> log_sizes() && {
    return std::move(log_sizes_);
  }

 private:
  absl::Status CheckSequence(const Entry& entry);
  absl::Status CheckRequest(const Entry& entry);
  // The log's size with the entries that were added.
  absl::StatusOr<int64_t> LogSize(const std::string& review);
  absl::Status PutRedacted(const Entry& entry);
  absl::Status PutVersions(Table table, absl::string_view what,
                           const Entry& entry,
                           const std::vector<Entry::Version>& versions);

  const ReviewStore& store_;
  Batch batch_;
  std::map<std::string, int64_t> log_sizes_;
  std::set<std::pair<std::string, std::string>> requests_;
};

// The value of a request's key; false if it is not one.
bool DecodeRequest(absl::string_view value, StoredRequest* request);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_ENTRY_BATCH_H_
