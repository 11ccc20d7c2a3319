// Messages that several watches send, serialised once.
#ifndef TIDEMARK_SERVER_MESSAGE_CACHE_H_
#define TIDEMARK_SERVER_MESSAGE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "grpcpp/support/byte_buffer.h"

namespace tidemark::server {

// Shared by all who send it; null: the filter holds the entry back.
using SharedMessage = std::shared_ptr<const grpc::ByteBuffer>;

struct MessageKey {
  int64_t sequence = 0;
  // Of the snapshot of `sequence`; -1: the entry itself.
  int64_t item = -1;
  // ResumeTokens::filter().
  std::string filter;
  // ReviewState::last_redaction(): one from before it may hold erased words.
  int64_t redaction = 0;
};

inline bool operator<(const MessageKey& a, const MessageKey& b) {
  return std::tie(a.sequence, a.item, a.filter, a.redaction) <
         std::tie(b.sequence, b.item, b.filter, b.redaction);
}

// Bounded: the lowest sequence goes first, so that who reads old entries uses
// what room there is, but takes none from those at the head. Thread-safe.
class MessageCache {
 public:
  explicit MessageCache(size_t most_bytes) : most_bytes_(most_bytes) {}

  // The message if it is kept. O(log kept).
  std::optional<SharedMessage> Find(const MessageKey& key) const;

  // The message; `make` makes it unless it is kept. Who asks for one that is
  // being made waits for it, so that none is made twice while there is room for
  // it; others do not wait. `make` runs without a lock.
  absl::StatusOr<SharedMessage> Get(
      const MessageKey& key,
      absl::FunctionRef<absl::StatusOr<SharedMessage>()> make);

 private:
  std::optional<SharedMessage> FindLocked(const MessageKey& key) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Insert(const MessageKey& key, const SharedMessage& message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t most_bytes_;
  mutable Mutex mutex_;
  std::map<MessageKey, SharedMessage> messages_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<MessageKey> being_made_ ABSL_GUARDED_BY(mutex_);
  // After each change of being_made_.
  CondVar made_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_MESSAGE_CACHE_H_
