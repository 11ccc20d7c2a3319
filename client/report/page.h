// Parts that figures share: text across the page, keys, labels over a plot.
#ifndef TIDEMARK_CLIENT_REPORT_PAGE_H_
#define TIDEMARK_CLIENT_REPORT_PAGE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/report/drawing.h"

namespace tidemark::report {

// What figures keep free on the left and on the right, in pixels.
inline constexpr double kPageMargin = 12;
// What remains.
inline constexpr double kPageRoom = kPageWidth - 2 * kPageMargin;

// Of what a figure is, of how to read it, and of what else there is to say.
inline const TextStyle kTitleStyle = {14, Anchor::kStart, Weight::kBold};
inline const TextStyle kRuleStyle = {10};
inline const TextStyle kNoteStyle = {9};

// Of lines of text one under another.
double LineHeight(double size);

// Text in lines of `width` pixels, from `corner` on, on the side that the style
// anchors it to. Returns the y below it.
double DrawWrapped(Point corner, double width, absl::string_view text,
                   const TextStyle& style, Drawing* drawing);

// The same from margin to margin.
double DrawParagraph(double top, absl::string_view text, const TextStyle& style,
                     Drawing* drawing);

// Sentences below a figure, each a paragraph of small text. Returns the y below
// them.
double DrawRemarks(double top, const std::vector<std::string>& remarks,
                   Drawing* drawing);

// Above a plot: the title, and how to read it. Returns the y below it.
double DrawHead(absl::string_view title, absl::string_view rule,
                Drawing* drawing);

// Fills a rectangle with rising lines, every `step` pixels across; falling ones
// if `falling`.
void DrawDiagonals(Point corner, double width, double height, double step,
                   const Stroke& stroke, Drawing* drawing,
                   bool falling = false);

// A symbol and what it means.
struct KeyEntry {
  // Draws it around the point, at most 24 pixels wide and 12 high.
  std::function<void(Point, Drawing*)> symbol;
  std::string text;
};

// The entries in rows from margin to margin. Returns the y below them.
double DrawKey(double top, const std::vector<KeyEntry>& entries,
               Drawing* drawing);

// A label over a plot with a line at its left edge down to what it names, as a
// flag.
struct Flag {
  double x = 0;
  double width = 0;  // of its text
};

// A row for each flag, 0 the lowest, so that no text overlaps a text or a line
// of another flag; -1 where `rows` do not suffice. The rightmost are placed
// first. O(n²).
std::vector<int> PlaceFlags(const std::vector<Flag>& flags, int rows);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_PAGE_H_
