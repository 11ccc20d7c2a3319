// Standard base64 with padding (RFC 4648 §4), one encoding for each byte
// string.
#ifndef TIDEMARK_AUDIT_BASE64_H_
#define TIDEMARK_AUDIT_BASE64_H_

#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::audit {

// Decodes what absl::Base64Escape returns, and nothing else; else false.
bool DecodeBase64(absl::string_view encoded, std::string* bytes);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_BASE64_H_
