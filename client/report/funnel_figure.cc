#include "client/report/funnel_figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/funnel_tables.h"
#include "client/cli/table.h"
#include "client/report/axis.h"
#include "client/report/drawing.h"
#include "client/report/effect_axis.h"
#include "client/report/page.h"
#include "client/report/palette.h"

namespace tidemark::report {
namespace {

constexpr double kLeft = 64;
constexpr double kRight = kPageWidth - 40;
constexpr double kHeight = 300;
constexpr double kSize = 9;
// Half the width of 95% limits in standard errors.
constexpr double kLimit = 1.959963984540054;
// Comparisons with symbols of their own: as many as there are shapes that tell
// them apart without colour.
constexpr size_t kMostSymbols = 6;

using Comparison = std::pair<std::string, std::string>;

struct Symbol {
  Marker marker;
  const char* color;
};

// Of the n-th comparison, n < kMostSymbols.
Symbol SymbolOf(size_t n) {
  static constexpr std::array<Symbol, kMostSymbols> kSymbols = {
      {{Marker::kCircle, kBlue},
       {Marker::kSquare, kVermilion},
       {Marker::kTriangle, kGreen},
       {Marker::kDiamond, kBlack},
       {Marker::kCross, kPurple},
       {Marker::kPlus, kBlue}}};
  return kSymbols[n];
}

class FunnelDrawing {
 public:
  FunnelDrawing(const v1::Estimate& estimate, const Subject& subject);
  Figure Draw() const;

 private:
  std::string Name(const std::string& id) const { return subject_.NameOf(id); }
  std::string OrderText() const;
  std::string Title() const;
  std::string Rule() const;
  std::string Description() const;
  std::vector<KeyEntry> Key() const;
  void DrawPoint(const v1::Funnel::Point& point, Point at,
                 Drawing* drawing) const;
  Axis AdjustedAxis() const;
  Axis ErrorAxis(double top) const;
  void DrawErrors(const Axis& errors, Drawing* drawing) const;
  // A straight line through (intercept, 0) with this slope, as far as the plot
  // reaches.
  void DrawSlope(double intercept, double slope, const Axis& across,
                 const Axis& errors, const Stroke& stroke,
                 Drawing* drawing) const;
  double DrawNotes(double top, Drawing* drawing) const;

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const v1::Funnel& funnel_;
  // Of contrasts that are drawn, and of all.
  std::map<Comparison, int> counts_;
  int drawn_ = 0;
  int untested_ = 0;
  double largest_error_ = 0;
  // By number of contrasts, the most first.
  std::vector<Comparison> ordered_;
  // Only of those with a symbol of their own.
  std::map<Comparison, size_t> numbers_;
};

FunnelDrawing::FunnelDrawing(const v1::Estimate& estimate,
                             const Subject& subject)
    : estimate_(estimate), subject_(subject), funnel_(estimate.funnel()) {
  for (const v1::Funnel::Point& point : funnel_.points()) {
    largest_error_ = std::max(largest_error_, point.se());
    if (!point.has_adjusted_effect()) continue;
    ++drawn_;
    untested_ += point.tested() ? 0 : 1;
    const Comparison comparison = {point.first(), point.second()};
    if (++counts_[comparison] == 1) ordered_.push_back(comparison);
  }
  std::stable_sort(ordered_.begin(), ordered_.end(),
                   [&](const Comparison& a, const Comparison& b) {
                     return counts_.at(a) > counts_.at(b);
                   });
  for (size_t i = 0; i < std::min(ordered_.size(), kMostSymbols); ++i) {
    numbers_[ordered_[i]] = i;
  }
}

std::string FunnelDrawing::OrderText() const {
  return absl::StrCat(
      "Order, from the treatment that small studies would favour least: ",
      absl::StrJoin(funnel_.order(), " < ",
                    [&](std::string* out, const std::string& treatment) {
                      absl::StrAppend(out, Name(treatment));
                    }));
}

std::string FunnelDrawing::Title() const {
  return absl::StrCat(subject_.title, ": comparison-adjusted funnel");
}

std::string FunnelDrawing::Rule() const {
  return absl::StrCat(
      "Across: the effect in a study minus the mean of its comparison (direct "
      "evidence, common effect); ",
      cli::ScaleName(estimate_), "; ",
      estimate_.small_values_desirable() ? "lower" : "higher",
      " is better. Each comparison is the treatment that is later in the order "
      "below minus the earlier one.");
}

std::string FunnelDrawing::Description() const {
  return absl::StrCat(
      drawn_, " of ", funnel_.points_size(), " contrasts of the analysis ",
      subject_.analysis_id,
      " by their difference from the mean of their comparison and their "
      "standard error, small studies at the bottom. ",
      Rule(), " ", OrderText(), ". ",
      absl::StrJoin(cli::FunnelRemarks(funnel_), " "));
}

void FunnelDrawing::DrawPoint(const v1::Funnel::Point& point, Point at,
                              Drawing* drawing) const {
  const auto number = numbers_.find({point.first(), point.second()});
  const double size = point.tested() ? 9 : 6;
  if (number == numbers_.end()) {
    drawing->Circle(at, size / 2, kPaper, {kInk, 1.25, ""});
    return;
  }
  const Symbol symbol = SymbolOf(number->second);
  drawing->Mark(symbol.marker, at, size, symbol.color);
}

std::vector<KeyEntry> FunnelDrawing::Key() const {
  std::vector<KeyEntry> key;
  for (size_t i = 0; i < std::min(ordered_.size(), kMostSymbols); ++i) {
    const Comparison& of = ordered_[i];
    key.push_back({[i](Point at, Drawing* drawing) {
                     const Symbol symbol = SymbolOf(i);
                     drawing->Mark(symbol.marker, at, 9, symbol.color);
                   },
                   absl::StrCat(Name(of.first), " versus ", Name(of.second),
                                " (", counts_.at(of), ")")});
  }
  if (ordered_.size() > kMostSymbols) {
    int others = 0;
    for (size_t i = kMostSymbols; i < ordered_.size(); ++i) {
      others += counts_.at(ordered_[i]);
    }
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Circle(at, 4.5, kPaper, {kInk, 1.25, ""});
                   },
                   absl::StrCat(ordered_.size() - kMostSymbols,
                                " other comparisons (", others, ")")});
  }
  if (untested_ > 0) {
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Circle({at.x - 6, at.y}, 3, kAxisGrey);
                   },
                   "small: follows from other contrasts of its study"});
  }
  key.push_back(
      {[](Point at, Drawing* drawing) {
         drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y}, {kInk, 1, "5 3"});
       },
       "95% pseudo-limits"});
  if (funnel_.has_egger()) {
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y},
                                   {kVermilion, 1.5, "8 2 2 2"});
                   },
                   "Egger's test"});
  }
  return key;
}

// As far to the left as to the right.
Axis FunnelDrawing::AdjustedAxis() const {
  double most = kLimit * largest_error_;
  for (const v1::Funnel::Point& point : funnel_.points()) {
    if (!point.has_adjusted_effect()) continue;
    most = std::max(most, std::abs(point.adjusted_effect()));
  }
  return Axis(-most, most, kLeft, kRight);
}

// 0 is at the top.
Axis FunnelDrawing::ErrorAxis(double top) const {
  return Axis(0, largest_error_, top, top + kHeight);
}

void FunnelDrawing::DrawErrors(const Axis& errors, Drawing* drawing) const {
  drawing->Line({kLeft, errors.from()}, {kLeft, errors.to()}, {kAxisGrey});
  for (const Axis::Tick& tick : errors.ticks()) {
    if (tick.value < 0) continue;
    const double y = errors.At(tick.value);
    drawing->Line({kLeft, y}, {kRight, y}, {kGridGrey, 0.75, ""});
    drawing->Text({kLeft - 6, y + 3}, tick.label, {kSize, Anchor::kEnd});
  }
  drawing->Text({18, (errors.from() + errors.to()) / 2},
                "standard error, small studies below",
                {10, Anchor::kMiddle, Weight::kRegular, kInk, -90});
}

void FunnelDrawing::DrawSlope(double intercept, double slope,
                              const Axis& across, const Axis& errors,
                              const Stroke& stroke, Drawing* drawing) const {
  // Where it leaves the plot at a side, or at its bottom.
  double end = errors.high();
  if (slope > 0) end = std::min(end, (across.high() - intercept) / slope);
  if (slope < 0) end = std::min(end, (across.low() - intercept) / slope);
  if (!across.Covers(intercept) || end <= 0) return;
  drawing->Line({across.At(intercept), errors.At(0)},
                {across.At(intercept + slope * end), errors.At(end)}, stroke);
}

double FunnelDrawing::DrawNotes(double top, Drawing* drawing) const {
  top = DrawParagraph(top, OrderText(), {kSize}, drawing);
  for (const std::string& remark : cli::FunnelRemarks(funnel_)) {
    top = DrawParagraph(top, remark, {kSize}, drawing);
  }
  const int alone = funnel_.points_size() - drawn_;
  if (alone > 0) {
    top = DrawParagraph(
        top,
        absl::StrCat("Not drawn: ", alone, " of ", funnel_.points_size(),
                     " contrasts, whose comparison no other study makes, so "
                     "that there is no mean to hold them against. The data "
                     "have them."),
        {kSize}, drawing);
  }
  return top;
}

Figure FunnelDrawing::Draw() const {
  Drawing drawing(kPageWidth, 0, Title(), Description());
  double y = DrawHead(Title(), Rule(), &drawing);
  y = DrawKey(y, Key(), &drawing) + 4;
  const Axis across = AdjustedAxis();
  const Axis errors = ErrorAxis(y);
  DrawErrors(errors, &drawing);
  const double top = errors.At(0);
  drawing.Line({across.At(0), top}, {across.At(0), errors.to()});
  for (const double side : {-kLimit, kLimit}) {
    DrawSlope(0, side, across, errors, {kInk, 1, "5 3"}, &drawing);
  }
  if (funnel_.has_egger()) {
    DrawSlope(funnel_.egger().intercept(), funnel_.egger().slope(), across,
              errors, {kVermilion, 1.5, "8 2 2 2"}, &drawing);
  }
  for (const v1::Funnel::Point& point : funnel_.points()) {
    if (!point.has_adjusted_effect()) continue;
    DrawPoint(point,
              {across.At(point.adjusted_effect()), errors.At(point.se())},
              &drawing);
  }
  y = DrawAxisBelow(across, errors.to(), &drawing) + 2;
  const bool small = estimate_.small_values_desirable();
  y = DrawDirections(
      DirectionsOf("the later treatment", "the earlier treatment", small),
      across.At(0), y, &drawing);
  y = DrawRemarks(DrawNotes(y + 6, &drawing), subject_.remarks, &drawing);
  drawing.SetHeight(y + 8);
  return {"funnel", Title(), Description(), drawing.ToSvg(),
          cli::AsCsv(cli::FunnelTable(estimate_))};
}

}  // namespace

Figure DrawFunnel(const v1::Estimate& estimate, const Subject& subject) {
  return FunnelDrawing(estimate, subject).Draw();
}

}  // namespace tidemark::report
