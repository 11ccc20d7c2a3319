// Strict UTF-8 (RFC 3629): no overlong forms, surrogates or values above
// U+10FFFF.
#ifndef TIDEMARK_AUDIT_UTF8_H_
#define TIDEMARK_AUDIT_UTF8_H_

#include "absl/strings/string_view.h"

namespace tidemark::audit {

// Removes the first character from `text` and stores it; false, with both left
// alone, if `text` does not begin with one.
bool ConsumeUtf8(absl::string_view* text, char32_t* character);

bool IsUtf8(absl::string_view text);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_UTF8_H_
