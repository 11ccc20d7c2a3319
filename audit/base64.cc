#include "audit/base64.h"

#include "absl/strings/escaping.h"

namespace tidemark::audit {

bool DecodeBase64(absl::string_view encoded, std::string* bytes) {
  // Abseil also takes spaces, missing padding and stray bits in the last digit.
  return absl::Base64Unescape(encoded, bytes) &&
         absl::Base64Escape(*bytes) == encoded;
}

}  // namespace tidemark::audit
