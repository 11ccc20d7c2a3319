// The words around a figure.
#ifndef TIDEMARK_CLIENT_REPORT_FRAME_H_
#define TIDEMARK_CLIENT_REPORT_FRAME_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/report/drawing.h"
#include "client/report/page.h"

namespace tidemark::report {

// Text in lines, each below the one before.
struct Lines {
  std::vector<std::string> lines;
  TextStyle style;

  // Wrapped to `width`.
  static Lines Wrap(absl::string_view text, double width,
                    const TextStyle& style);

  double LineHeight() const { return report::LineHeight(style.size); }
  double Height() const {
    return static_cast<double>(lines.size()) * LineHeight();
  }
  // The widest line.
  double Width() const;
  // `top` is where the first line begins, not its baseline.
  void Draw(Point top, Drawing* drawing) const;
};

// What a figure is of above it, with the rules to read it by, and notes below
// it, each wrapped to the page.
class Frame {
 public:
  Frame(absl::string_view title, const std::vector<std::string>& rules,
        const std::vector<std::string>& notes);

  // Where the figure begins.
  double top() const { return top_; }
  // Of the picture, with a figure of `figure_height`.
  double HeightWith(double figure_height) const;
  void Draw(double figure_height, Drawing* drawing) const;

 private:
  std::vector<Lines> above_;
  std::vector<Lines> below_;
  double top_;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_FRAME_H_
