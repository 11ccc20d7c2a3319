// Unsigned integers of a fixed number of bytes, most significant first.
#ifndef TIDEMARK_AUDIT_BIG_ENDIAN_H_
#define TIDEMARK_AUDIT_BIG_ENDIAN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::audit {

// Appends the low `count` (1 ... 8) bytes of `value` to `out`.
inline void AppendBigEndian(uint64_t value, int count, std::string* out) {
  char bytes[8];
  for (int i = 0; i < count; ++i) {
    bytes[i] = static_cast<char>(value >> 8 * (count - 1 - i) & 0xFF);
  }
  out->append(bytes, static_cast<size_t>(count));
}

// Removes `count` (1 ... 8) bytes from `bytes` and stores the integer they are;
// false, with both left alone, if there are fewer.
inline bool ConsumeBigEndian(absl::string_view* bytes, int count,
                             uint64_t* value) {
  if (bytes->size() < static_cast<size_t>(count)) return false;
  *value = 0;
  for (int i = 0; i < count; ++i) {
    *value = *value << 8 | static_cast<uint8_t>((*bytes)[i]);
  }
  bytes->remove_prefix(count);
  return true;
}

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_BIG_ENDIAN_H_
