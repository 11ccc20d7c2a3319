#include "client/request_id.h"

#include <cstdint>
#include <string>

#include "absl/random/random.h"
#include "absl/strings/str_format.h"

namespace tidemark::client {

std::string NewRequestId() {
  absl::BitGen random;  // seeded by the operating system
  const auto high = absl::Uniform<uint64_t>(random);
  const auto low = absl::Uniform<uint64_t>(random);
  const uint64_t version_4 = (high & 0x0fff) | 0x4000;
  const uint64_t variant_1 = ((low >> 48) & 0x3fff) | 0x8000;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32,
                         (high >> 16) & 0xffff, version_4, variant_1,
                         low & 0xffffffffffff);
}

}  // namespace tidemark::client
