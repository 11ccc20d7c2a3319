#include "server/message_cache.h"

#include <cstddef>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"

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
  return FindLocked(key);
}

std::optional<SharedMessage> MessageCache::FindLocked(
    const MessageKey& key) const {
  const auto found = messages_.find(key);
  if (found == messages_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<SharedMessage> MessageCache::Get(
    const MessageKey& key,
    absl::FunctionRef<absl::StatusOr<SharedMessage>()> make) {
  {
    MutexLock lock(&mutex_);
    while (being_made_.count(key) > 0) made_.Wait(&mutex_);
    if (const auto kept = FindLocked(key); kept.has_value()) return *kept;
    being_made_.insert(key);
  }
  absl::StatusOr<SharedMessage> message = make();
  MutexLock lock(&mutex_);
  if (message.ok()) Insert(key, *message);
  being_made_.erase(key);
  made_.NotifyAll();
  return message;
}

void MessageCache::Insert(const MessageKey& key, const SharedMessage& message) {
  messages_.emplace(key, message);
  bytes_ += SizeOf(message);
  while (bytes_ > most_bytes_) {
    const auto first = messages_.begin();
    bytes_ -= SizeOf(first->second);
    messages_.erase(first);
  }
}

}  // namespace tidemark::server
