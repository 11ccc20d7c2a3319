// Takes the bytes of an input as numbers and strings.
#ifndef TIDEMARK_TESTS_FUZZ_BYTE_SOURCE_H_
#define TIDEMARK_TESTS_FUZZ_BYTE_SOURCE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::testing {

// After the last byte everything is 0 or empty.
class ByteSource {
 public:
  explicit ByteSource(absl::string_view bytes) : rest_(bytes) {}

  bool AtEnd() const { return rest_.empty(); }

  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return byte;
  }

  // Big-endian; of any sign.
  int64_t Int() {
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | Byte();
    return static_cast<int64_t>(value);
  }

  // A length byte and as many bytes.
  absl::string_view String() {
    const size_t size = Byte();
    return Bytes(size);
  }

  // The next `size` bytes, or as many as there are.
  absl::string_view Bytes(size_t size) {
    const absl::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

  absl::string_view Rest() { return Bytes(rest_.size()); }

 private:
  absl::string_view rest_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FUZZ_BYTE_SOURCE_H_
