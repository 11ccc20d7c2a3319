#include "server/refusal_tally.h"

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "review/errors.h"
#include "review/system_events.h"

namespace tidemark::server {
namespace {

constexpr size_t kMostNameBytes = 200;
constexpr size_t kMostMessageBytes = 500;
// U+FFFD, for a byte that begins no character.
constexpr char kReplacement[] = "\xEF\xBF\xBD";

// At most `most_bytes` of UTF-8 that is valid whatever `text` is.
std::string Clean(absl::string_view text, size_t most_bytes) {
  std::string clean;
  char32_t character = 0;
  while (!text.empty() && clean.size() <= most_bytes) {
    const absl::string_view before = text;
    if (ConsumeUtf8(&text, &character)) {
      clean.append(before.data(), before.size() - text.size());
    } else {
      clean += kReplacement;
      text.remove_prefix(1);
    }
  }
  return review::Shorten(clean, most_bytes);
}

}  // namespace

void RefusalTally::Add(const v1::RefusedCall& call) {
  Call key = {Clean(call.method(), kMostNameBytes),
              Clean(call.actor(), kMostNameBytes),
              Clean(call.peer(), kMostNameBytes), call.code(),
              Clean(call.message(), kMostMessageBytes)};
  const auto known = counts_.find(key);
  if (known != counts_.end()) {
    ++known->second;
  } else if (counts_.size() < review::kMostRefusedCalls) {
    counts_.emplace(std::move(key), 1);
  } else {
    ++others_;
  }
}

v1::CallsRefused RefusalTally::Take() {
  v1::CallsRefused refused;
  for (const auto& [key, count] : counts_) {
    v1::RefusedCall* const call = refused.add_calls();
    call->set_method(key[0]);
    call->set_actor(key[1]);
    call->set_peer(key[2]);
    call->set_code(key[3]);
    call->set_message(key[4]);
    call->set_count(count);
  }
  refused.set_others(others_);
  counts_.clear();
  others_ = 0;
  return refused;
}

}  // namespace tidemark::server
