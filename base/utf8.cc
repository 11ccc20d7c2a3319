#include "base/utf8.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace tidemark {
namespace {

// A lead byte's marker, the number of bytes it announces, and the smallest
// character that needs as many.
struct Form {
  uint8_t mask;
  uint8_t marker;
  size_t length;
  char32_t smallest;
};
constexpr Form kForms[] = {{0x80, 0x00, 1, 0x0},
                           {0xE0, 0xC0, 2, 0x80},
                           {0xF0, 0xE0, 3, 0x800},
                           {0xF8, 0xF0, 4, 0x10000}};

bool IsScalarValue(char32_t character) {
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  return character <= 0x10FFFF && !surrogate;
}

}  // namespace

bool ConsumeUtf8(absl::string_view* text, char32_t* character) {
  if (text->empty()) return false;
  const auto lead = static_cast<uint8_t>(text->front());
  for (const Form& form : kForms) {
    if ((lead & form.mask) != form.marker) continue;
    if (text->size() < form.length) return false;
    char32_t value = lead & static_cast<uint8_t>(~form.mask);
    for (size_t i = 1; i < form.length; ++i) {
      const auto byte = static_cast<uint8_t>((*text)[i]);
      if ((byte & 0xC0) != 0x80) return false;
      value = value << 6 | (byte & 0x3F);
    }
    if (value < form.smallest || !IsScalarValue(value)) return false;
    text->remove_prefix(form.length);
    *character = value;
    return true;
  }
  return false;
}

std::optional<size_t> FirstInvalidUtf8(absl::string_view text) {
  const size_t size = text.size();
  char32_t unused = 0;
  while (!text.empty()) {
    if (!ConsumeUtf8(&text, &unused)) return size - text.size();
  }
  return std::nullopt;
}

bool IsUtf8(absl::string_view text) {
  return !FirstInvalidUtf8(text).has_value();
}

}  // namespace tidemark
