// UTF-8.
#ifndef TIDEMARK_CLIENT_IMPORT_UTF8_H_
#define TIDEMARK_CLIENT_IMPORT_UTF8_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace tidemark::client {

// The offset of the first byte that is not well-formed UTF-8 (Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF).
std::optional<size_t> FirstInvalidUtf8(absl::string_view text);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_UTF8_H_
