// How wide text is, so that figures can be laid out without a screen.
#ifndef TIDEMARK_CLIENT_REPORT_TEXT_WIDTH_H_
#define TIDEMARK_CLIENT_REPORT_TEXT_WIDTH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::report {

enum class Weight { kRegular, kBold };

// The font of every figure. The first three have the same widths.
inline constexpr char kFontFamily[] =
    "Liberation Sans, Arial, Helvetica, sans-serif";

// Width in pixels of UTF-8 text set in Liberation Sans at `size` pixels,
// without kerning. A character that the font does not have, and a byte that is
// no UTF-8, counts as a full em: wider than it is likely to be. O(bytes · log
// glyphs).
double TextWidth(absl::string_view text, double size,
                 Weight weight = Weight::kRegular);

// The text, or as much of its beginning as fits with an ellipsis into `width`
// pixels.
std::string FitText(absl::string_view text, double width, double size,
                    Weight weight = Weight::kRegular);

// The text in lines that fit into `width` pixels, broken at spaces; a word that
// does not fit is broken inside. At least one line.
std::vector<std::string> WrapText(absl::string_view text, double width,
                                  double size,
                                  Weight weight = Weight::kRegular);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_TEXT_WIDTH_H_
