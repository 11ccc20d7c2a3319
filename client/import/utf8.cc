#include "client/import/utf8.h"

namespace tidemark::client {
namespace {

// A kind of sequence: its lead bytes, and the range of its second byte. All
// further bytes are 80..BF.
struct Form {
  unsigned char lead_first, lead_last;
  unsigned char second_first, second_last;
  size_t length;
};

constexpr Form kForms[] = {
    {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool InRange(char c, unsigned char first, unsigned char last) {
  const auto byte = static_cast<unsigned char>(c);
  return first <= byte && byte <= last;
}

bool Matches(absl::string_view text, const Form& form) {
  if (text.size() < form.length) return false;
  if (form.length > 1 &&
      !InRange(text[1], form.second_first, form.second_last)) {
    return false;
  }
  for (size_t i = 2; i < form.length; ++i) {
    if (!InRange(text[i], 0x80, 0xBF)) return false;
  }
  return true;
}

// The length of the character that text begins with; 0 if it is none.
size_t CharacterLength(absl::string_view text) {
  for (const Form& form : kForms) {
    if (InRange(text[0], form.lead_first, form.lead_last)) {
      return Matches(text, form) ? form.length : 0;
    }
  }
  return 0;
}

}  // namespace

std::optional<size_t> FirstInvalidUtf8(absl::string_view text) {
  size_t offset = 0;
  while (offset < text.size()) {
    const size_t length = CharacterLength(text.substr(offset));
    if (length == 0) return offset;
    offset += length;
  }
  return std::nullopt;
}

}  // namespace tidemark::client
