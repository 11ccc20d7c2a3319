#include "client/report/frame.h"

#include <algorithm>
#include <string>
#include <vector>

#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

// Above the title, below the notes.
constexpr double kEdge = 8;
// Between the words and the figure.
constexpr double kGap = 10;

double HeightOf(const std::vector<Lines>& paragraphs) {
  double height = 0;
  for (const Lines& paragraph : paragraphs) height += paragraph.Height();
  return height;
}

void DrawParagraphs(const std::vector<Lines>& paragraphs, double top,
                    Drawing* drawing) {
  for (const Lines& paragraph : paragraphs) {
    paragraph.Draw({kPageMargin, top}, drawing);
    top += paragraph.Height();
  }
}

}  // namespace

Lines Lines::Wrap(absl::string_view text, double width,
                  const TextStyle& style) {
  return {WrapText(text, width, style.size, style.weight), style};
}

double Lines::Width() const {
  double width = 0;
  for (const std::string& line : lines) {
    width = std::max(width, TextWidth(line, style.size, style.weight));
  }
  return width;
}

void Lines::Draw(Point top, Drawing* drawing) const {
  Point baseline = {top.x, top.y + style.size};
  for (const std::string& line : lines) {
    drawing->Text(baseline, line, style);
    baseline.y += LineHeight();
  }
}

Frame::Frame(absl::string_view title, const std::vector<std::string>& rules,
             const std::vector<std::string>& notes) {
  above_.push_back(Lines::Wrap(title, kPageRoom, kTitleStyle));
  for (const std::string& rule : rules) {
    above_.push_back(Lines::Wrap(rule, kPageRoom, kRuleStyle));
  }
  for (const std::string& note : notes) {
    below_.push_back(Lines::Wrap(note, kPageRoom, kNoteStyle));
  }
  top_ = kEdge + HeightOf(above_) + kGap;
}

double Frame::HeightWith(double figure_height) const {
  return top_ + figure_height + kGap + HeightOf(below_) + kEdge;
}

void Frame::Draw(double figure_height, Drawing* drawing) const {
  DrawParagraphs(above_, kEdge, drawing);
  DrawParagraphs(below_, top_ + figure_height + kGap, drawing);
}

}  // namespace tidemark::report
