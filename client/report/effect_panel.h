// Rows of effects with their intervals on one axis: the body of forest plots.
#ifndef TIDEMARK_CLIENT_REPORT_EFFECT_PANEL_H_
#define TIDEMARK_CLIENT_REPORT_EFFECT_PANEL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "client/report/axis.h"
#include "client/report/drawing.h"
#include "client/report/frame.h"
#include "tidemark/v1/relative_effect.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::report {

struct EffectRow {
  std::string label;
  bool is_heading = false;
  // Absent: `reason` stands where it would be, or nothing in a heading.
  std::optional<v1::RelativeEffect> effect;
  std::string reason;
  Marker marker = Marker::kSquare;
  std::string color = kBlue;
  // In columns at the right.
  std::string numbers;
  std::string below_numbers;
  std::string last;
};

struct EffectPanelText {
  std::string labels;
  std::string numbers;
  std::string last;
  std::string axis;
  // What effects below and above no difference favour.
  std::string left;
  std::string right;
};

// What the vertical lines of a panel mean, as a sentence.
std::string LinesNote(const std::vector<v1::Threshold>& thresholds,
                      bool is_ratio);

// Squares have areas proportional to the precision (1 / se²) of their effects,
// but are never smaller than a dot; other markers are all of one size. A thick
// line is the confidence interval, a thin one with end marks the prediction
// interval. What lies far beyond the other rows ends in an arrow at the edge.
class EffectPanel {
 public:
  // `thresholds` have lines on both sides of no difference.
  EffectPanel(EffectPanelText text, std::vector<EffectRow> rows, bool is_ratio,
              const std::vector<v1::Threshold>& thresholds);

  double height() const;
  // Whether some interval ends in an arrow.
  bool has_arrows() const;
  void Draw(double top, Drawing* drawing) const;

 private:
  void MeasureColumns();
  void WrapTexts();
  double PlotRight() const;
  double NumbersRight() const;
  double RowHeight(size_t row) const;
  double RowsHeight() const;
  void DrawHeadings(double bottom, Drawing* drawing) const;
  void DrawReferenceLines(double top, double bottom, Drawing* drawing) const;
  void DrawRow(size_t row, double top, Drawing* drawing) const;
  void DrawEffect(const EffectRow& row, double y, Drawing* drawing) const;
  void DrawSpan(double lower, double upper, double y, double end_mark,
                const Stroke& stroke, Drawing* drawing) const;
  void DrawAxis(double top, Drawing* drawing) const;

  EffectPanelText text_;
  std::vector<EffectRow> rows_;
  std::vector<double> thresholds_;
  double label_width_ = 0;
  double numbers_width_ = 0;
  double last_width_ = 0;
  std::vector<Lines> labels_;
  std::vector<Lines> reasons_;
  std::optional<Axis> axis_;
  double least_se_ = 0;
  Lines label_heading_;
  Lines left_;
  Lines right_;
  Lines axis_title_;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_EFFECT_PANEL_H_
