#include "client/report/text_width.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "boost/locale/utf.hpp"

namespace tidemark::report {
namespace {

#include "client/report/text_widths.inc"

using Utf8 = boost::locale::utf::utf_traits<char>;

constexpr absl::string_view kEllipsis = "…";

template <size_t N>
double EmsOf(unsigned code, const TextWidthOf (&widths)[N], double em) {
  const auto* const found = std::lower_bound(
      std::begin(widths), std::end(widths), code,
      [](const TextWidthOf& width, unsigned c) { return width.code < c; });
  if (found == std::end(widths) || found->code != code) return 1;
  return found->width / em;
}

// In ems of the character that begins at `from`, which moves behind it.
double NextWidth(const char** from, const char* end, Weight weight) {
  const char* const begin = *from;
  const auto code = Utf8::decode(*from, end);
  if (code == boost::locale::utf::illegal ||
      code == boost::locale::utf::incomplete) {
    *from = begin + 1;
    return 1;
  }
  return weight == Weight::kBold
             ? EmsOf(code, kBoldWidths, kBoldUnitsPerEm)
             : EmsOf(code, kRegularWidths, kRegularUnitsPerEm);
}

// How many bytes of the text fit, at characters' ends.
size_t BytesThatFit(absl::string_view text, double width, double size,
                    Weight weight) {
  const char* at = text.data();
  const char* const end = at + text.size();
  double used = 0;
  size_t fit = 0;
  while (at != end) {
    used += size * NextWidth(&at, end, weight);
    if (used > width) return fit;
    fit = at - text.data();
  }
  return fit;
}

size_t BytesOfFirst(absl::string_view text) {
  const char* at = text.data();
  NextWidth(&at, text.data() + text.size(), Weight::kRegular);
  return at - text.data();
}

}  // namespace

double TextWidth(absl::string_view text, double size, Weight weight) {
  const char* at = text.data();
  const char* const end = at + text.size();
  double ems = 0;
  while (at != end) ems += NextWidth(&at, end, weight);
  return size * ems;
}

std::string FitText(absl::string_view text, double width, double size,
                    Weight weight) {
  if (TextWidth(text, size, weight) <= width) return std::string(text);
  const double room = width - TextWidth(kEllipsis, size, weight);
  return absl::StrCat(text.substr(0, BytesThatFit(text, room, size, weight)),
                      kEllipsis);
}

std::vector<std::string> WrapText(absl::string_view text, double width,
                                  double size, Weight weight) {
  std::vector<std::string> lines(1);
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::string joined = lines.back().empty()
                                   ? std::string(word)
                                   : absl::StrCat(lines.back(), " ", word);
    if (TextWidth(joined, size, weight) <= width) {
      lines.back() = joined;
      continue;
    }
    if (!lines.back().empty()) lines.emplace_back();
    while (TextWidth(word, size, weight) > width) {
      const size_t bytes =
          std::max(BytesThatFit(word, width, size, weight), BytesOfFirst(word));
      if (bytes == word.size()) break;
      lines.back() = std::string(word.substr(0, bytes));
      lines.emplace_back();
      word.remove_prefix(bytes);
    }
    lines.back() = std::string(word);
  }
  return lines;
}

}  // namespace tidemark::report
