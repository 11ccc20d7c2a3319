#include "server/message_cache.h"

#include <cstddef>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/status_macros.h"

namespace tidemark::server {
namespace {

// Of the map's node, key and allocations beside the bytes.
constexpr size_t kBytesAMessage = 256;

size_t SizeOf(const SharedMessage& message) {
  return kBytesAMessage + (message == nullptr ? 0 : message->Length());
}

}  // namespace

std::optional<SharedMessage> MessageCache::Find(const MessageKey& key) const {
  MutexLock lock(&mutex_);
  const auto found = messages_.find(key);
  if (found == messages_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<SharedMessage> MessageCache::Get(
    const MessageKey& key,
    absl::FunctionRef<absl::StatusOr<SharedMessage>()> make) {
  MutexLock making(&making_);
  if (const auto kept = Find(key); kept.has_value()) return *kept;
  ASSIGN_OR_RETURN(const SharedMessage message, make());
  Insert(key, message);
  return message;
}

void MessageCache::Insert(const MessageKey& key, const SharedMessage& message) {
  MutexLock lock(&mutex_);
  messages_.emplace(key, message);
  bytes_ += SizeOf(message);
  while (bytes_ > most_bytes_) {
    const auto first = messages_.begin();
    bytes_ -= SizeOf(first->second);
    messages_.erase(first);
  }
}

}  // namespace tidemark::server
