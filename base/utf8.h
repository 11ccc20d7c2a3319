// Strict UTF-8 (RFC 3629): no overlong forms, surrogates or values above
// U+10FFFF.
#ifndef TIDEMARK_BASE_UTF8_H_
#define TIDEMARK_BASE_UTF8_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace tidemark {

// Removes the first character from `text` and stores it; false, with both left
// alone, if `text` does not begin with one.
bool ConsumeUtf8(absl::string_view* text, char32_t* character);

// The offset of the first byte that does not begin a character.
std::optional<size_t> FirstInvalidUtf8(absl::string_view text);

bool IsUtf8(absl::string_view text);

}  // namespace tidemark

#endif  // TIDEMARK_BASE_UTF8_H_
