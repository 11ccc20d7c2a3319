#include "client/report/leave_one_out_figure.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/influence_tables.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "client/report/drawing.h"
#include "client/report/effect_axis.h"
#include "client/report/page.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"
#include "review/conclusions.h"

namespace tidemark::report {
namespace {

constexpr double kLabelWidth = 160;
constexpr double kLeft = kPageMargin + kLabelWidth + 14;
constexpr double kRight = 452;
constexpr double kNumbers = kRight + 18;
constexpr double kNumbersWidth = kPageWidth - kPageMargin - kNumbers;
constexpr double kSize = 10;
constexpr double kSmall = 9;

struct Row {
  std::string label;
  std::optional<EffectInterval> effect;
  std::string numbers;
  std::string below;  // what is concluded otherwise
};

std::vector<double> ThresholdsOf(const v1::Estimate& estimate) {
  std::vector<double> values;
  for (const v1::Threshold& by : estimate.leave_one_out().thresholds()) {
    values.push_back(by.value());
  }
  return values;
}

class LeaveOneOutDrawing {
 public:
  LeaveOneOutDrawing(const v1::Estimate& estimate, const Subject& subject);
  Figure Draw();

 private:
  const v1::RelativeEffect& full() const {
    return estimate_.leave_one_out().effects(0);
  }
  std::string Shown(const v1::RelativeEffect& effect) const {
    return ratio_ ? cli::ShownRatio(effect) : cli::Shown(effect);
  }
  v1::ComparisonConclusion ConclusionOf(const v1::RelativeEffect& effect) const;
  std::string ClassChangeTo(const v1::RelativeEffect& effect) const;
  std::vector<Row> Rows() const;
  Row RowOf(const v1::WithoutStudy& study) const;
  std::string Title() const;
  std::string Rule() const;
  std::string Description() const;
  std::vector<KeyEntry> Key() const;
  double HeightOf(const Row& row) const;
  void DrawLines(double top, double bottom, Drawing* drawing) const;
  void DrawRow(const Row& row, double top, Drawing* drawing) const;
  Axis AxisOf() const;

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const bool ratio_;
  const std::string first_;
  const std::string second_;
  const std::vector<double> thresholds_;
  // That with all studies first.
  const std::vector<Row> rows_;
  const Axis axis_;
};

LeaveOneOutDrawing::LeaveOneOutDrawing(const v1::Estimate& estimate,
                                       const Subject& subject)
    : estimate_(estimate),
      subject_(subject),
      ratio_(cli::IsRatio(estimate.effect_measure())),
      first_(subject.NameOf(full().first())),
      second_(subject.NameOf(full().second())),
      thresholds_(ThresholdsOf(estimate)),
      rows_(Rows()),
      axis_(AxisOf()) {}

std::vector<Row> LeaveOneOutDrawing::Rows() const {
  std::vector<Row> rows = {
      {"All studies", IntervalOf(full()), Shown(full()), ""}};
  for (const v1::WithoutStudy* study : cli::ByInfluence(estimate_)) {
    rows.push_back(RowOf(*study));
  }
  return rows;
}

v1::ComparisonConclusion LeaveOneOutDrawing::ConclusionOf(
    const v1::RelativeEffect& effect) const {
  const bool small = estimate_.small_values_desirable();
  v1::ComparisonConclusion said;
  said.set_class_(review::ClassOf(&effect, small, std::nullopt));
  for (const double value : thresholds_) {
    said.add_by_threshold(review::ClassOf(&effect, small, value));
  }
  return said;
}

// Empty if it is the same.
std::string LeaveOneOutDrawing::ClassChangeTo(
    const v1::RelativeEffect& effect) const {
  v1::Conclusions thresholds;
  *thresholds.mutable_thresholds() = estimate_.leave_one_out().thresholds();
  const std::string with =
      cli::ShownConclusion(ConclusionOf(full()), thresholds);
  const std::string without =
      cli::ShownConclusion(ConclusionOf(effect), thresholds);
  if (with == without) return "";
  return absl::StrCat(without, " (with it: ", with, ")");
}

Row LeaveOneOutDrawing::RowOf(const v1::WithoutStudy& study) const {
  Row row = {study.study(), {}, "", ""};
  if (study.effects().empty() || !study.effects(0).has_effect()) {
    row.numbers =
        absl::StrCat("no estimate: ", study.effects().empty()
                                          ? study.not_estimable()
                                          : study.effects(0).not_estimable());
    return row;
  }
  const v1::RelativeEffect effect = cli::AsRelative(study.effects(0));
  row.effect = IntervalOf(effect);
  row.numbers = Shown(effect);
  row.below = ClassChangeTo(effect);
  return row;
}

std::string LeaveOneOutDrawing::Title() const {
  return absl::StrCat(subject_.title, ": ", first_, " versus ", second_,
                      ", without each study");
}

std::string LeaveOneOutDrawing::Rule() const {
  return absl::StrCat(cli::SignRule(estimate_),
                      "; random effects, tau² estimated anew without each "
                      "study, ",
                      cli::ShownLevel(estimate_.level()),
                      " intervals. The largest change comes first.");
}

std::string LeaveOneOutDrawing::Description() const {
  const auto changed =
      std::count_if(rows_.begin(), rows_.end(),
                    [](const Row& row) { return !row.below.empty(); });
  return absl::StrCat("A row for each of ", rows_.size() - 1,
                      " studies: the estimate of ", first_, " versus ", second_,
                      " in the analysis ", subject_.analysis_id,
                      " without it. With all ", Shown(full()), ". Without ",
                      changed, " of them its class is another. ", Rule());
}

std::vector<KeyEntry> LeaveOneOutDrawing::Key() const {
  std::vector<KeyEntry> key = {
      {[](Point at, Drawing* drawing) {
         drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y}, {kBlue, 1.5});
         drawing->Mark(Marker::kSquare, at, 7, kBlue);
       },
       "without the study"},
      {[](Point at, Drawing* drawing) {
         drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y}, {kVermilion, 1.5});
         drawing->Mark(Marker::kTriangle, at, 9, kVermilion);
       },
       "class of the comparison is another"},
      {[](Point at, Drawing* drawing) {
         drawing->Rectangle({at.x - 11, at.y - 6}, 22, 12, kBandGrey);
         drawing->Line({at.x, at.y - 6}, {at.x, at.y + 6},
                       {kBlue, 1.25, "1 2"});
       },
       "all studies, with interval"},
      {[](Point at, Drawing* drawing) {
         drawing->Line({at.x, at.y - 6}, {at.x, at.y + 6});
       },
       "no difference"}};
  if (!thresholds_.empty()) {
    key.push_back(
        {[](Point at, Drawing* drawing) {
           drawing->Line({at.x, at.y - 6}, {at.x, at.y + 6}, {kInk, 1, "5 3"});
         },
         "minimal important difference (MID)"});
  }
  return key;
}

double LeaveOneOutDrawing::HeightOf(const Row& row) const {
  const auto lines = [](const std::string& text, double width, double size) {
    return text.empty()
               ? 0
               : LineHeight(size) *
                     static_cast<double>(WrapText(text, width, size).size());
  };
  return 4 + std::max(lines(row.label, kLabelWidth, kSize),
                      lines(row.numbers, kNumbersWidth, kSize) +
                          lines(row.below, kNumbersWidth, kSmall));
}

Axis LeaveOneOutDrawing::AxisOf() const {
  std::vector<EffectInterval> effects;
  for (const Row& row : rows_) {
    if (row.effect.has_value()) effects.push_back(*row.effect);
  }
  return EffectAxis(effects, thresholds_, ratio_, kLeft, kRight, 6);
}

// Behind the rows.
void LeaveOneOutDrawing::DrawLines(double top, double bottom,
                                   Drawing* drawing) const {
  const EffectInterval& all = *rows_[0].effect;
  const double left = axis_.At(std::max(all.lower, axis_.low()));
  const double right = axis_.At(std::min(all.upper, axis_.high()));
  drawing->Rectangle({left, top}, right - left, bottom - top, kBandGrey);
  for (const double value : thresholds_) {
    for (const double side : {-value, value}) {
      drawing->Line({axis_.At(side), top}, {axis_.At(side), bottom},
                    {kInk, 1, "5 3"});
    }
  }
  drawing->Line({axis_.At(0), top}, {axis_.At(0), bottom});
  drawing->Line({axis_.At(all.effect), top}, {axis_.At(all.effect), bottom},
                {kBlue, 1.25, "1 2"});
}

void LeaveOneOutDrawing::DrawRow(const Row& row, double top,
                                 Drawing* drawing) const {
  const bool is_all = &row == &rows_[0];
  const bool is_changed = !row.below.empty();
  const Weight weight = is_all ? Weight::kBold : Weight::kRegular;
  top += 2;
  DrawWrapped({kPageMargin, top}, kLabelWidth, row.label,
              {kSize, Anchor::kStart, weight}, drawing);
  const double below = DrawWrapped({kNumbers, top}, kNumbersWidth, row.numbers,
                                   {kSize, Anchor::kStart, weight}, drawing);
  if (is_changed) {
    drawing->Mark(Marker::kTriangle, {kNumbers - 9, top + 6}, 7, kVermilion);
    DrawWrapped({kNumbers, below}, kNumbersWidth, row.below, {kSmall}, drawing);
  }
  if (!row.effect.has_value()) return;
  const char* const color = is_all ? kBlack : is_changed ? kVermilion : kBlue;
  const double y = top + 6.5;
  DrawInterval(*row.effect, axis_, y, {color, 1.5}, drawing);
  const Point center = {axis_.At(row.effect->effect), y};
  if (is_all) {
    drawing->Mark(Marker::kDiamond, center, 10, color);
  } else {
    drawing->Mark(is_changed ? Marker::kTriangle : Marker::kSquare, center,
                  is_changed ? 9 : 7, color);
  }
}

Figure LeaveOneOutDrawing::Draw() {
  Drawing drawing(kPageWidth, 0, Title(), Description());
  double y = DrawHead(Title(), Rule(), &drawing);
  y = DrawKey(y, Key(), &drawing) + 2;
  const TextStyle heading = {kSmall, Anchor::kStart, Weight::kBold};
  drawing.Text({kPageMargin, y + kSmall}, "Without the study", heading);
  drawing.Text(
      {kNumbers, y + kSmall},
      absl::StrCat(v1::EffectMeasure::Code_Name(estimate_.effect_measure()),
                   " [", cli::ShownLevel(estimate_.level()), " interval]"),
      heading);
  y += LineHeight(kSmall) + 2;
  double bottom = y + 6;
  for (const Row& row : rows_) bottom += HeightOf(row);
  DrawLines(y, bottom, &drawing);
  for (const Row& row : rows_) {
    DrawRow(row, y, &drawing);
    y += HeightOf(row);
    if (&row == &rows_[0]) {
      drawing.Line({kPageMargin, y}, {kPageWidth - kPageMargin, y},
                   {kGridGrey, 1, ""});
      y += 4;
    }
  }
  y = DrawAxisBelow(axis_, bottom, &drawing) + 2;
  y = DrawDirections(
      DirectionsOf(first_, second_, estimate_.small_values_desirable()),
      axis_.At(0), y, &drawing);
  y = DrawRemarks(y + 4, subject_.remarks, &drawing);
  drawing.SetHeight(y + 8);
  return {"leave-one-out", Title(), Description(), drawing.ToSvg(),
          cli::AsCsv(cli::InfluenceTable(estimate_))};
}

}  // namespace

Figure DrawLeaveOneOut(const v1::Estimate& estimate, const Subject& subject) {
  return LeaveOneOutDrawing(estimate, subject).Draw();
}

}  // namespace tidemark::report
