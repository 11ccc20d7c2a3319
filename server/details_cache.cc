#include "server/details_cache.h"

#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "base/mutex.h"

namespace tidemark::server {
namespace {

size_t SizeOf(const DetailsKey& key) {
  size_t size = sizeof(DetailsKey) + key.review.size() + key.question.size();
  for (const DetailsKey::OfAnalysis& estimate : key.estimates) {
    size += sizeof(DetailsKey::OfAnalysis) + estimate.analysis.size();
  }
  return size;
}

}  // namespace

bool DetailsKey::OfAnalysis::operator<(const OfAnalysis& other) const {
  return std::tie(analysis, sequence) <
         std::tie(other.analysis, other.sequence);
}

bool DetailsKey::operator<(const DetailsKey& other) const {
  return std::tie(review, epoch, redaction, estimates, question) <
         std::tie(other.review, other.epoch, other.redaction, other.estimates,
                  other.question);
}

std::shared_ptr<const std::string> DetailsCache::Find(const DetailsKey& key) {
  MutexLock lock(&mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->answer;
}

void DetailsCache::Insert(const DetailsKey& key, std::string answer) {
  // The key is held by the list and by the map.
  const size_t bytes = 2 * SizeOf(key) + answer.size();
  if (bytes > most_bytes_) return;
  MutexLock lock(&mutex_);
  // Two calls may have made the same at the same time.
  if (by_key_.count(key) > 0) return;
  entries_.push_front(
      {key, std::make_shared<const std::string>(std::move(answer)), bytes});
  by_key_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > most_bytes_) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

size_t DetailsCache::bytes() const {
  MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace tidemark::server
