// Keys of the key-value store: tuples whose byte order is the order of their
// parts. A string is its bytes and a terminating 0x00 (so it may hold none); an
// integer >= 0 is 8 bytes, big-endian; a level is one byte.
#ifndef TIDEMARK_STORAGE_KEYS_H_
#define TIDEMARK_STORAGE_KEYS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::storage {

// Longest id of a review, trial, analysis or request, in bytes.
inline constexpr int kMaxIdBytes = 512;

// OK if `id` may be part of a key: 1 ... kMaxIdBytes bytes, none of them NUL.
// Else InvalidArgument naming `what` it is the id of.
absl::Status CheckId(absl::string_view what, absl::string_view id);

// Builds a key part by part.
class KeyWriter {
 public:
  // Requires that `part` holds no NUL.
  KeyWriter& String(absl::string_view part);
  // Requires value >= 0.
  KeyWriter& Int(int64_t value);
  KeyWriter& Byte(uint8_t value);

  std::string Take() { return std::move(key_); }

 private:
  std::string key_;
};

// Takes a key apart. Each method consumes one part, or returns false and leaves
// the output alone if the key does not go on with one.
class KeyReader {
 public:
  explicit KeyReader(absl::string_view key) : rest_(key) {}

  bool String(std::string* part);
  bool Int(int64_t* value);
  bool Byte(uint8_t* value);
  bool AtEnd() const { return rest_.empty(); }

 private:
  absl::string_view rest_;
};

// The first key after all keys that begin with `prefix`. Requires a prefix with
// a byte other than 0xFF.
std::string PrefixEnd(absl::string_view prefix);

// The keys of each column family; docs/formats.md has the values.
std::string LogKey(absl::string_view review, int64_t sequence);
std::string ChangeKey(absl::string_view review, int64_t sequence);
std::string MerkleKey(absl::string_view review, int level, int64_t index);
// Of the tables trial and estimate.
std::string VersionKey(absl::string_view review, absl::string_view id,
                       int64_t sequence);
std::string CheckpointKey(absl::string_view review, int64_t size);
std::string RequestKey(absl::string_view review, absl::string_view request_id);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_KEYS_H_
