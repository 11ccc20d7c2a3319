#include "client/report/effect_panel.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/number_format.h"
#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

constexpr double kLabelSize = 11;
constexpr double kNumberSize = 10.5;
constexpr double kSmallSize = 9;
// Between columns.
constexpr double kGap = 14;
// Labels wrap from here.
constexpr double kMostLabelWidth = 180;
constexpr double kLeastPlotWidth = 160;
// Above and below what a row holds.
constexpr double kRowPadding = 4;
constexpr double kLargestSquare = 13;
constexpr double kSmallestSquare = 2.5;
constexpr double kMarkSize = 8;
constexpr double kArrow = 6;
// The axis reaches so many times as far as the median interval, at most.
constexpr double kReach = 3;
const Stroke kNoDifferenceLine = {kInk, 1, ""};
const Stroke kConfidenceLine = {kInk, 1.8, ""};
const Stroke kPredictionLine = {kInk, 0.8, ""};

Stroke ThresholdLine(size_t i) {
  return {kAxisGrey, 1, i == 0 ? "6 3" : "1.5 2.5"};
}

TextStyle Style(double size, Anchor anchor = Anchor::kStart,
                Weight weight = Weight::kRegular) {
  TextStyle style;
  style.size = size;
  style.anchor = anchor;
  style.weight = weight;
  return style;
}

// How far from no difference an interval reaches.
double FarthestOf(const v1::RelativeEffect& effect) {
  double farthest = std::abs(effect.effect());
  if (effect.has_lower()) {
    farthest = std::max(
        {farthest, std::abs(effect.lower()), std::abs(effect.upper())});
  }
  return farthest;
}

double ReachOf(const std::vector<EffectRow>& rows,
               const std::vector<double>& thresholds) {
  std::vector<double> farthest;
  for (const EffectRow& row : rows) {
    if (row.effect.has_value()) farthest.push_back(FarthestOf(*row.effect));
  }
  double reach = 0;
  if (!farthest.empty()) {
    const auto median = farthest.begin() + (farthest.size() - 1) / 2;
    std::nth_element(farthest.begin(), median, farthest.end());
    reach = kReach * *median;
  }
  for (const double threshold : thresholds) {
    reach = std::max(reach, 1.1 * threshold);
  }
  return reach > 0 ? reach : 1;
}

// No difference, the thresholds, and all intervals as far as they reach.
std::pair<double, double> RangeOf(const std::vector<EffectRow>& rows,
                                  const std::vector<double>& thresholds) {
  const double reach = ReachOf(rows, thresholds);
  double low = 0;
  double high = 0;
  const auto cover = [&](double value) {
    low = std::min(low, std::max(value, -reach));
    high = std::max(high, std::min(value, reach));
  };
  for (const double threshold : thresholds) {
    cover(threshold);
    cover(-threshold);
  }
  for (const EffectRow& row : rows) {
    if (!row.effect.has_value()) continue;
    cover(row.effect->effect());
    if (row.effect->has_lower()) {
      cover(row.effect->lower());
      cover(row.effect->upper());
    }
    if (row.effect->has_predict_lower()) {
      cover(row.effect->predict_lower());
      cover(row.effect->predict_upper());
    }
  }
  // Where nothing is on a side, its name still needs to be told apart.
  return {std::min(low, -0.1 * high), std::max(high, -0.1 * low)};
}

std::string ShownThreshold(double value, bool is_ratio) {
  if (!is_ratio) return absl::StrCat("±", cli::ExactNumber(value));
  return absl::StrCat(cli::ShownNumber(std::exp(-value)), " and ",
                      cli::ShownNumber(std::exp(value)));
}

}  // namespace

std::string LinesNote(const std::vector<v1::Threshold>& thresholds,
                      bool is_ratio) {
  std::string note = "Vertical lines: solid, no difference";
  if (thresholds.empty()) {
    return absl::StrCat(note, ". No threshold of importance is declared.");
  }
  absl::StrAppend(&note, "; dashed, differences of ",
                  ShownThreshold(thresholds[0].value(), is_ratio));
  if (thresholds.size() > 1) {
    absl::StrAppend(
        &note, "; dotted, of ",
        absl::StrJoin(thresholds.begin() + 1, thresholds.end(), ", ",
                      [&](std::string* out, const v1::Threshold& threshold) {
                        absl::StrAppend(
                            out, ShownThreshold(threshold.value(), is_ratio));
                      }));
  }
  return absl::StrCat(note, " (thresholds of importance).");
}

EffectPanel::EffectPanel(EffectPanelText text, std::vector<EffectRow> rows,
                         bool is_ratio,
                         const std::vector<v1::Threshold>& thresholds)
    : text_(std::move(text)),
      rows_(std::move(rows)),
      least_se_(std::numeric_limits<double>::infinity()) {
  for (const v1::Threshold& threshold : thresholds) {
    thresholds_.push_back(threshold.value());
  }
  MeasureColumns();
  const auto [low, high] = RangeOf(rows_, thresholds_);
  axis_.emplace(low, high, kPageMargin + label_width_ + kGap, PlotRight(),
                is_ratio ? Axis::Labels::kRatio : Axis::Labels::kValue, 6);
  WrapTexts();
}

void EffectPanel::MeasureColumns() {
  numbers_width_ = TextWidth(text_.numbers, kSmallSize, Weight::kBold);
  last_width_ = TextWidth(text_.last, kSmallSize, Weight::kBold);
  double widest_label = TextWidth(text_.labels, kSmallSize, Weight::kBold);
  for (const EffectRow& row : rows_) {
    numbers_width_ =
        std::max({numbers_width_, TextWidth(row.numbers, kNumberSize),
                  TextWidth(row.below_numbers, kSmallSize)});
    last_width_ = std::max(last_width_, TextWidth(row.last, kNumberSize));
    if (!row.is_heading) {
      widest_label = std::max(widest_label, TextWidth(row.label, kLabelSize));
    }
    if (row.effect.has_value() && row.effect->se() > 0) {
      least_se_ = std::min(least_se_, row.effect->se());
    }
  }
  const double others = numbers_width_ + last_width_ + 3 * kGap;
  label_width_ = std::min({widest_label + 1, kMostLabelWidth,
                           kPageRoom - others - kLeastPlotWidth});
}

void EffectPanel::WrapTexts() {
  label_heading_ =
      Lines::Wrap(text_.labels, label_width_,
                  Style(kSmallSize, Anchor::kStart, Weight::kBold));
  for (const EffectRow& row : rows_) {
    labels_.push_back(
        row.is_heading
            ? Lines::Wrap(row.label, kPageRoom - last_width_ - kGap,
                          Style(kLabelSize, Anchor::kStart, Weight::kBold))
            : Lines::Wrap(row.label, label_width_, Style(kLabelSize)));
    reasons_.push_back(row.reason.empty()
                           ? Lines()
                           : Lines::Wrap(row.reason,
                                         NumbersRight() - axis_->from(),
                                         Style(kSmallSize)));
  }
  const double zero = axis_->At(0);
  left_ = Lines::Wrap(absl::StrCat("← ", text_.left), zero - kPageMargin - 5,
                      Style(kSmallSize, Anchor::kEnd));
  right_ = Lines::Wrap(absl::StrCat(text_.right, " →"),
                       kPageWidth - kPageMargin - zero - 5, Style(kSmallSize));
  axis_title_ =
      Lines::Wrap(text_.axis, kPageRoom, Style(kSmallSize, Anchor::kMiddle));
}

double EffectPanel::NumbersRight() const {
  return kPageWidth - kPageMargin - (last_width_ > 0 ? last_width_ + kGap : 0);
}

double EffectPanel::PlotRight() const {
  return NumbersRight() - numbers_width_ - kGap;
}

double EffectPanel::RowHeight(size_t row) const {
  const double numbers =
      rows_[row].below_numbers.empty() ? kNumberSize : kNumberSize + 11;
  return 2 * kRowPadding +
         std::max({labels_[row].Height(), reasons_[row].Height(), numbers});
}

double EffectPanel::RowsHeight() const {
  double height = 0;
  for (size_t i = 0; i < rows_.size(); ++i) height += RowHeight(i);
  return height;
}

double EffectPanel::height() const {
  return label_heading_.Height() + 6 + RowsHeight() + 24 +
         std::max(left_.Height(), right_.Height()) + axis_title_.Height() + 2;
}

bool EffectPanel::has_arrows() const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const EffectRow& row) {
    if (!row.effect.has_value()) return false;
    const v1::RelativeEffect& effect = *row.effect;
    return !axis_->Covers(effect.effect()) ||
           (effect.has_lower() && !(axis_->Covers(effect.lower()) &&
                                    axis_->Covers(effect.upper()))) ||
           (effect.has_predict_lower() &&
            !(axis_->Covers(effect.predict_lower()) &&
              axis_->Covers(effect.predict_upper())));
  });
}

void EffectPanel::Draw(double top, Drawing* drawing) const {
  const double rows_top = top + label_heading_.Height() + 6;
  DrawHeadings(rows_top - 6, drawing);
  DrawReferenceLines(rows_top, rows_top + RowsHeight(), drawing);
  double y = rows_top;
  for (size_t i = 0; i < rows_.size(); ++i) {
    DrawRow(i, y, drawing);
    y += RowHeight(i);
  }
  DrawAxis(y, drawing);
}

void EffectPanel::DrawHeadings(double bottom, Drawing* drawing) const {
  label_heading_.Draw({kPageMargin, bottom - label_heading_.Height()}, drawing);
  const TextStyle style = Style(kSmallSize, Anchor::kEnd, Weight::kBold);
  drawing->Text({NumbersRight(), bottom - 2}, text_.numbers, style);
  drawing->Text({kPageWidth - kPageMargin, bottom - 2}, text_.last, style);
  drawing->Line({kPageMargin, bottom + 3},
                {kPageWidth - kPageMargin, bottom + 3}, {kAxisGrey, 0.8, ""});
}

void EffectPanel::DrawReferenceLines(double top, double bottom,
                                     Drawing* drawing) const {
  for (size_t i = 0; i < thresholds_.size(); ++i) {
    for (const double value : {-thresholds_[i], thresholds_[i]}) {
      const double x = axis_->At(value);
      drawing->Line({x, top}, {x, bottom}, ThresholdLine(i));
    }
  }
  drawing->Line({axis_->At(0), top}, {axis_->At(0), bottom}, kNoDifferenceLine);
}

void EffectPanel::DrawRow(size_t i, double top, Drawing* drawing) const {
  const EffectRow& row = rows_[i];
  const double height = RowHeight(i);
  const double middle = top + height / 2;
  if (row.is_heading) {
    drawing->Rectangle({kPageMargin, top + 1}, kPageRoom, height - 2,
                       kBandGrey);
  }
  labels_[i].Draw({kPageMargin, middle - labels_[i].Height() / 2}, drawing);
  const TextStyle number = Style(kNumberSize, Anchor::kEnd);
  drawing->Text({kPageWidth - kPageMargin, middle + 4}, row.last, number);
  if (!row.reason.empty()) {
    // Not across the vertical lines.
    drawing->Rectangle({axis_->from(), top + 1}, reasons_[i].Width() + 2,
                       height - 2, kPaper);
    reasons_[i].Draw({axis_->from(), middle - reasons_[i].Height() / 2},
                     drawing);
    return;
  }
  if (!row.effect.has_value()) return;
  const double baseline = row.below_numbers.empty() ? middle + 4 : middle - 1;
  drawing->Text({NumbersRight(), baseline}, row.numbers, number);
  drawing->Text({NumbersRight(), baseline + 11}, row.below_numbers,
                Style(kSmallSize, Anchor::kEnd));
  DrawEffect(row, middle, drawing);
}

void EffectPanel::DrawEffect(const EffectRow& row, double y,
                             Drawing* drawing) const {
  const v1::RelativeEffect& effect = *row.effect;
  if (effect.has_predict_lower()) {
    DrawSpan(effect.predict_lower(), effect.predict_upper(), y, 4,
             kPredictionLine, drawing);
  }
  if (effect.has_lower()) {
    DrawSpan(effect.lower(), effect.upper(), y, 0, kConfidenceLine, drawing);
  }
  if (!axis_->Covers(effect.effect())) return;
  double size = kMarkSize;
  if (row.marker == Marker::kSquare && effect.se() > 0) {
    size = std::max(kSmallestSquare, kLargestSquare * least_se_ / effect.se());
  }
  drawing->Mark(row.marker, {axis_->At(effect.effect()), y}, size, row.color);
}

void EffectPanel::DrawSpan(double lower, double upper, double y,
                           double end_mark, const Stroke& stroke,
                           Drawing* drawing) const {
  const double left = axis_->from();
  const double right = axis_->to();
  // Of an interval beyond the axis the arrow shows where it is.
  const double from = std::clamp(axis_->At(lower), left, right - 2 * kArrow);
  const double to = std::clamp(axis_->At(upper), left + 2 * kArrow, right);
  drawing->Line({from, y}, {to, y}, stroke);
  const auto finish = [&](double x, bool is_cut, double direction) {
    if (is_cut) {
      drawing->Polygon({{x, y},
                        {x - direction * kArrow, y - kArrow / 2},
                        {x - direction * kArrow, y + kArrow / 2}},
                       stroke.color);
    } else if (end_mark > 0) {
      drawing->Line({x, y - end_mark}, {x, y + end_mark}, stroke);
    }
  };
  finish(from, lower < axis_->low(), -1);
  finish(to, upper > axis_->high(), 1);
}

void EffectPanel::DrawAxis(double top, Drawing* drawing) const {
  drawing->Line({axis_->from(), top}, {axis_->to(), top}, {kInk, 1, ""});
  for (const Axis::Tick& tick : axis_->ticks()) {
    const double x = axis_->At(tick.value);
    drawing->Line({x, top}, {x, top + 4}, {kInk, 1, ""});
    drawing->Text({x, top + 14}, tick.label,
                  Style(kSmallSize, Anchor::kMiddle));
  }
  const double zero = axis_->At(0);
  left_.Draw({zero - 5, top + 20}, drawing);
  right_.Draw({zero + 5, top + 20}, drawing);
  const double half = axis_title_.Width() / 2;
  const double middle =
      std::clamp((axis_->from() + axis_->to()) / 2, kPageMargin + half,
                 kPageWidth - kPageMargin - half);
  axis_title_.Draw(
      {middle, top + 22 + std::max(left_.Height(), right_.Height())}, drawing);
}

}  // namespace tidemark::report
