#include "client/report/page.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

constexpr double kKeySize = 9;
constexpr double kKeySymbol = 28;
constexpr double kKeyGap = 14;
// Between a flag's line and its text, and behind the text.
constexpr double kFlagGap = 5;

}  // namespace

double LineHeight(double size) { return 1.25 * size; }

double DrawWrapped(Point corner, double width, absl::string_view text,
                   const TextStyle& style, Drawing* drawing) {
  const double x = style.anchor == Anchor::kMiddle ? corner.x + width / 2
                   : style.anchor == Anchor::kEnd  ? corner.x + width
                                                   : corner.x;
  double top = corner.y;
  for (const std::string& line :
       WrapText(text, width, style.size, style.weight)) {
    drawing->Text({x, top + style.size}, line, style);
    top += LineHeight(style.size);
  }
  return top;
}

double DrawParagraph(double top, absl::string_view text, const TextStyle& style,
                     Drawing* drawing) {
  return DrawWrapped({kPageMargin, top}, kPageRoom, text, style, drawing);
}

double DrawRemarks(double top, const std::vector<std::string>& remarks,
                   Drawing* drawing) {
  for (const std::string& remark : remarks) {
    top = DrawParagraph(top, remark, kNoteStyle, drawing);
  }
  return top;
}

double DrawHead(absl::string_view title, absl::string_view rule,
                Drawing* drawing) {
  const double below = DrawParagraph(8, title, kTitleStyle, drawing);
  return DrawParagraph(below, rule, kRuleStyle, drawing) + 4;
}

void DrawDiagonals(Point corner, double width, double height, double step,
                   const Stroke& stroke, Drawing* drawing, bool falling) {
  // x + y = c, cut off at the sides.
  for (double c = step; c < width + height; c += step) {
    const double left = std::max(0.0, c - height);
    const double right = std::min(c, width);
    const auto y = [&](double x) {
      return corner.y + (falling ? height - (c - x) : c - x);
    };
    drawing->Line({corner.x + left, y(left)}, {corner.x + right, y(right)},
                  stroke);
  }
}

double DrawKey(double top, const std::vector<KeyEntry>& entries,
               Drawing* drawing) {
  const double row = LineHeight(kKeySize) + 2;
  const double right = kPageWidth - kPageMargin;
  double x = kPageMargin;
  for (const KeyEntry& entry : entries) {
    const double width = TextWidth(entry.text, kKeySize);
    if (x > kPageMargin && x + kKeySymbol + width > right) {
      x = kPageMargin;
      top += row;
    }
    entry.symbol({x + kKeySymbol / 2 - 2, top + row / 2}, drawing);
    const double below =
        DrawWrapped({x + kKeySymbol, top + 1}, right - x - kKeySymbol,
                    entry.text, {kKeySize}, drawing);
    top = std::max(top, below + 1 - row);
    x += kKeySymbol + width + kKeyGap;
  }
  return top + row + 2;
}

std::vector<int> PlaceFlags(const std::vector<Flag>& flags, int rows) {
  std::vector<int> order(flags.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return flags[a].x > flags[b].x; });
  std::vector<int> placed(flags.size(), -1);
  for (auto flag = order.begin(); flag != order.end(); ++flag) {
    const double right = flags[*flag].x + flags[*flag].width + 2 * kFlagGap;
    // Above all whose line its text would meet.
    int row = 0;
    for (auto other = order.begin(); other != flag; ++other) {
      if (flags[*other].x < right) row = std::max(row, placed[*other] + 1);
    }
    if (row < rows) placed[*flag] = row;
  }
  return placed;
}

}  // namespace tidemark::report
