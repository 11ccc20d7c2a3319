#include "client/report/history_figure.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/cli/comparison.h"
#include "client/cli/moment.h"
#include "client/cli/number_format.h"
#include "client/report/axis.h"
#include "client/report/cause.h"
#include "client/report/drawing.h"
#include "client/report/effect_axis.h"
#include "client/report/history_steps.h"
#include "client/report/history_words.h"
#include "client/report/page.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

using By = HistoryInput::By;

constexpr double kLeft = 52;
constexpr double kRight = kPageWidth - 74;
constexpr double kHeight = 270;
// Above and below the effects, where the frame says whom they favour.
constexpr double kLane = 18;
constexpr double kTextSize = 9;
constexpr double kFlagRow = 12;
constexpr int kFlagRows = 5;
constexpr double kWidestTag = 120;
// Events that are told below the figure.
constexpr size_t kMostNotes = 12;

// Of a release or an event, over the frame.
struct Label {
  std::string text;
  double x;
  bool is_event;
  Weight weight;
  int row;  // -1: no room
};

class HistoryDrawing {
 public:
  explicit HistoryDrawing(const HistoryInput& input);
  Figure Draw();

 private:
  std::string Name(const std::string& id) const {
    return input_.subject.NameOf(id);
  }
  std::string Description() const;
  double ClampedY(double effect) const {
    return effects_->At(std::clamp(effect, effects_->low(), effects_->high()));
  }
  void NumberEvents();
  void PlaceLabels();
  void DrawLabels();
  void DrawFrame();
  void DrawSides();
  void DrawHatches();
  void DrawHatch(double from, double to, const std::string& text);
  void DrawThresholds();
  void DrawThresholdLabels();
  void DrawRibbon();
  void DrawLine();
  void DrawMarkers();
  Axis EffectsAxis() const;
  double DrawMoments();
  double DrawNotes(double top);

  const HistoryInput& input_;
  const v1::Estimate& scale_;
  const bool ratio_;
  const std::vector<Step> steps_;
  const std::vector<PlacedRelease> releases_;
  const Axis moments_;
  const std::vector<Stretch> stretches_;
  // Of the steps with major events that are told below, the oldest first.
  std::vector<const Step*> told_;
  size_t major_ = 0;
  std::vector<Label> labels_;
  int label_rows_ = 0;
  double top_ = 0;  // of the frame
  std::optional<Axis> effects_;
  std::optional<Drawing> drawing_;
};

HistoryDrawing::HistoryDrawing(const HistoryInput& input)
    : input_(input),
      scale_(ScaleOf(input)),
      ratio_(cli::IsRatio(scale_.effect_measure())),
      steps_(StepsOf(input)),
      releases_(ReleasesOf(input)),
      moments_(AxisOfMoments(steps_, releases_, input.by, kLeft, kRight)),
      stretches_(StretchesOf(steps_, moments_)) {
  NumberEvents();
  PlaceLabels();
}

void HistoryDrawing::NumberEvents() {
  for (const Step& step : steps_) {
    if (HasMajor(*step.at)) told_.push_back(&step);
  }
  major_ = told_.size();
  if (major_ > kMostNotes) {
    told_.erase(told_.begin(), told_.end() - kMostNotes);
  }
}

std::string HistoryDrawing::Description() const {
  std::string text = absl::StrCat(
      "The estimate of ", Name(input_.first), " versus ", Name(input_.second),
      " in the analysis ", input_.subject.analysis_id, " over the ",
      input_.by == By::kDate ? "dates" : "sequences",
      " of the review's log: a step for each of ", steps_.size(),
      " entries that moved it, each until the next, with its interval and its "
      "cause. ",
      HistoryRule(input_));
  if (stretches_.size() < steps_.size()) {
    absl::StrAppend(&text, " Drawn are ", stretches_.size(), " of ",
                    steps_.size(),
                    " steps: of those that fall on one pixel the last, with "
                    "the widest interval of them; of markers that hide one "
                    "another one. The data have all.");
  }
  const auto unnamed = std::count_if(
      labels_.begin(), labels_.end(),
      [](const Label& label) { return !label.is_event && label.row < 0; });
  if (unnamed > 0) {
    absl::StrAppend(&text, " Of ", releases_.size(), " releases ", unnamed,
                    " have no room for their tags; the data have them.");
  }
  return text;
}

void HistoryDrawing::PlaceLabels() {
  std::vector<Flag> flags;
  const auto add = [&](const std::string& text, double moment, bool is_event) {
    const double x = moments_.At(moment);
    const double room = std::min(kWidestTag, kPageWidth - 8 - x);
    const Weight weight = is_event ? Weight::kBold : Weight::kRegular;
    labels_.push_back(
        {FitText(text, room, kTextSize, weight), x, is_event, weight, -1});
    flags.push_back({x, TextWidth(labels_.back().text, kTextSize, weight)});
  };
  for (const PlacedRelease& release : releases_) {
    add(release.release->tag(), release.x, false);
  }
  for (size_t i = 0; i < told_.size(); ++i) {
    add(absl::StrCat(i + 1), told_[i]->x, true);
  }
  const std::vector<int> rows = PlaceFlags(flags, kFlagRows);
  for (size_t i = 0; i < labels_.size(); ++i) {
    labels_[i].row = rows[i];
    label_rows_ = std::max(label_rows_, rows[i] + 1);
  }
}

// Tags of releases and numbers of events, each with its line down: of releases
// through the whole frame.
void HistoryDrawing::DrawLabels() {
  const double lowest = top_ - 4;
  for (const Label& label : labels_) {
    const double row_top = lowest - (label.row + 1) * kFlagRow;
    if (!label.is_event) {
      drawing_->Line({label.x, row_top}, {label.x, top_ + kHeight},
                     {kAxisGrey, 1, "1 2"});
    } else if (label.row >= 0) {
      drawing_->Line({label.x, row_top}, {label.x, top_}, {kInk});
    }
    if (label.row < 0) continue;
    drawing_->Text({label.x + 3, row_top + kTextSize}, label.text,
                   {kTextSize, Anchor::kStart, label.weight});
  }
}

void HistoryDrawing::DrawFrame() {
  for (const Axis::Tick& tick : effects_->ticks()) {
    const double y = effects_->At(tick.value);
    drawing_->Line({kLeft, y}, {kRight, y}, {kGridGrey, 0.75, ""});
    drawing_->Line({kLeft - 4, y}, {kLeft, y}, {kAxisGrey});
    drawing_->Text({kLeft - 6, y + 3}, tick.label, {kTextSize, Anchor::kEnd});
  }
  drawing_->Text({14, top_ + kHeight / 2},
                 cli::ScaleName(scale_).substr(ratio_ ? 4 : 0),
                 {10, Anchor::kMiddle, Weight::kRegular, kInk, -90});
}

// Over the lines of releases.
void HistoryDrawing::DrawSides() {
  const Directions directions = DirectionsOf(
      Name(input_.first), Name(input_.second), scale_.small_values_desirable());
  const auto draw = [&](absl::string_view arrow, const std::string& side,
                        double baseline) {
    const std::string text =
        FitText(absl::StrCat(arrow, " ", side), kRight - kLeft - 12, kTextSize);
    drawing_->Rectangle({kLeft + 4, baseline - kTextSize},
                        TextWidth(text, kTextSize) + 4, kTextSize + 3, kPaper);
    drawing_->Text({kLeft + 6, baseline}, text, {kTextSize});
  };
  draw("↑", directions.above, top_ + 12);
  draw("↓", directions.below, top_ + kHeight - 6);
}

void HistoryDrawing::DrawHatches() {
  for (size_t i = 0; i < stretches_.size();) {
    const Stretch& first = stretches_[i];
    double to = first.to;
    for (++i; i < stretches_.size() &&
              stretches_[i].step.effect.has_value() ==
                  first.step.effect.has_value() &&
              stretches_[i].step.why_not == first.step.why_not;
         ++i) {
      to = stretches_[i].to;
    }
    if (!first.step.effect.has_value()) {
      DrawHatch(first.from, to, first.step.why_not);
    }
  }
}

void HistoryDrawing::DrawHatch(double from, double to,
                               const std::string& text) {
  const double top = top_ + kLane;
  const double height = kHeight - 2 * kLane;
  const double width = to - from;
  drawing_->Rectangle({from, top}, width, height, kPaper);
  DrawDiagonals({from, top}, width, height, 9, {kGridGrey}, &*drawing_);
  const double needed = TextWidth(text, kTextSize) + 6;
  if (needed > width) return;
  const double x = (from + to) / 2;
  drawing_->Rectangle({x - needed / 2, top + 4}, needed, kTextSize + 6, kPaper);
  drawing_->Text({x, top + 14}, text, {kTextSize, Anchor::kMiddle});
}

// Thresholds may change with the analysis: each stretch has its own.
void HistoryDrawing::DrawThresholds() {
  for (size_t i = 0; i < stretches_.size();) {
    const std::vector<double>& of = stretches_[i].step.thresholds;
    const double from = stretches_[i].from;
    double to = stretches_[i].to;
    for (++i; i < stretches_.size() && stretches_[i].step.thresholds == of;
         ++i) {
      to = stretches_[i].to;
    }
    if (of.empty()) continue;
    const double least = *std::min_element(of.begin(), of.end());
    const double high = ClampedY(least);
    drawing_->Rectangle({from, high}, to - from, ClampedY(-least) - high,
                        kBandGrey);
    for (const double value : of) {
      for (const double side : {value, -value}) {
        drawing_->Line({from, effects_->At(side)}, {to, effects_->At(side)},
                       {kInk, 1, "5 3"});
      }
    }
  }
}

// The last thresholds, beside the plot, as far as they do not meet.
void HistoryDrawing::DrawThresholdLabels() {
  struct Mark {
    double y;
    std::string text;
  };
  std::vector<Mark> marks = {{effects_->At(0), ratio_ ? "1" : "0"}};
  const auto last = std::find_if(
      stretches_.rbegin(), stretches_.rend(),
      [](const Stretch& of) { return !of.step.thresholds.empty(); });
  const std::vector<double> thresholds =
      last == stretches_.rend() ? std::vector<double>() : last->step.thresholds;
  for (const double value : thresholds) {
    for (const double side : {value, -value}) {
      marks.push_back(
          {effects_->At(side),
           absl::StrCat("MID ", ratio_ ? cli::ShownNumber(std::exp(side))
                                       : cli::ExactNumber(side))});
    }
  }
  std::vector<double> taken;
  for (const Mark& mark : marks) {
    const bool free = std::all_of(taken.begin(), taken.end(), [&](double y) {
      return std::abs(y - mark.y) >= kTextSize + 1;
    });
    if (!free) continue;
    taken.push_back(mark.y);
    drawing_->Text({kRight + 5, mark.y + 3},
                   FitText(mark.text, kPageWidth - 4 - kRight - 5, kTextSize),
                   {kTextSize});
  }
}

void HistoryDrawing::DrawRibbon() {
  for (size_t i = 0; i < stretches_.size();) {
    std::vector<Point> above;
    std::vector<Point> below;
    for (; i < stretches_.size() && stretches_[i].step.effect.has_value();
         ++i) {
      const Stretch& of = stretches_[i];
      for (const double x : {of.from, of.to}) {
        above.push_back({x, ClampedY(of.step.effect->upper)});
        below.push_back({x, ClampedY(of.step.effect->lower)});
      }
    }
    if (above.empty()) {
      ++i;
      continue;
    }
    std::vector<Point> around = above;
    around.insert(around.end(), below.rbegin(), below.rend());
    drawing_->Polygon(around, kSkyBlue, kNoStroke, 0.35);
    drawing_->Polyline(above, {kBlue, 0.5, ""});
    drawing_->Polyline(below, {kBlue, 0.5, ""});
  }
}

void HistoryDrawing::DrawLine() {
  for (size_t i = 0; i < stretches_.size();) {
    std::vector<Point> line;
    for (; i < stretches_.size() && stretches_[i].step.effect.has_value();
         ++i) {
      const double y = ClampedY(stretches_[i].step.effect->effect);
      line.push_back({stretches_[i].from, y});
      line.push_back({stretches_[i].to, y});
    }
    if (line.empty()) {
      ++i;
    } else {
      drawing_->Polyline(line, {kBlue, 1.75, ""});
    }
  }
}

// One of those that would hide one another.
void HistoryDrawing::DrawMarkers() {
  constexpr double kCell = 5;
  constexpr double kRing = 16;
  std::set<std::tuple<Cause, int, int>> marked;
  std::set<std::pair<int, int>> ringed;
  for (const Step& step : steps_) {
    const Cause cause = CauseOf(step.at->cause());
    const Point at = {moments_.At(step.x), step.effect.has_value()
                                               ? ClampedY(step.effect->effect)
                                               : effects_->At(0)};
    const auto cell = [](double pixel, double size) {
      return static_cast<int>(pixel / size);
    };
    if (marked.emplace(cause, cell(at.x, kCell), cell(at.y, kCell)).second) {
      DrawCause(cause, at, &*drawing_);
    }
    if (HasMajor(*step.at) &&
        ringed.emplace(cell(at.x, kRing), cell(at.y, kRing)).second) {
      drawing_->Circle(at, kRing / 2, "none", {kInk, 1.25});
    }
  }
}

double HistoryDrawing::DrawMoments() {
  const double bottom = top_ + kHeight;
  drawing_->Line({kLeft, top_}, {kLeft, bottom}, {kAxisGrey});
  drawing_->Line({kLeft, bottom}, {kRight, bottom}, {kAxisGrey});
  for (const Axis::Tick& tick : MomentTicks(moments_, input_.by)) {
    const double x = moments_.At(tick.value);
    drawing_->Line({x, bottom}, {x, bottom + 4}, {kAxisGrey});
    drawing_->Text({x, bottom + 6 + kTextSize}, tick.label,
                   {kTextSize, Anchor::kMiddle});
  }
  const double top = bottom + 8 + LineHeight(kTextSize);
  std::string label = "sequence of the entry in the review's log";
  if (input_.by == By::kDate) {
    label = absl::StrCat(
        "time of the entry (UTC), from ",
        cli::ShownTime(steps_[0].at->cause().time()).substr(0, 10), " to ",
        cli::ShownTime(steps_.back().at->cause().time()).substr(0, 10));
  }
  drawing_->Text({(kLeft + kRight) / 2, top + 10}, label,
                 {10, Anchor::kMiddle});
  return top + LineHeight(10) + 6;
}

double HistoryDrawing::DrawNotes(double top) {
  if (told_.empty()) return top;
  std::string head = "Changes of the conclusion";
  if (told_.size() < major_) {
    absl::StrAppend(&head, ", the last ", told_.size(), " of ", major_,
                    "; the data have all");
  }
  top = DrawParagraph(top, head, {kTextSize, Anchor::kStart, Weight::kBold},
                      &*drawing_);
  for (size_t i = 0; i < told_.size(); ++i) {
    drawing_->Text({kPageMargin + 12, top + kTextSize}, absl::StrCat(i + 1),
                   {kTextSize, Anchor::kEnd, Weight::kBold});
    top = DrawWrapped({kPageMargin + 18, top}, kPageRoom - 18,
                      NoteOnEvents(*told_[i]), {kTextSize}, &*drawing_);
  }
  return top + 4;
}

Axis HistoryDrawing::EffectsAxis() const {
  std::vector<EffectInterval> effects;
  std::vector<double> marks;
  for (const Step& step : steps_) {
    if (step.effect.has_value()) effects.push_back(*step.effect);
    marks.insert(marks.end(), step.thresholds.begin(), step.thresholds.end());
  }
  return EffectAxis(effects, marks, ratio_, top_ + kHeight - kLane,
                    top_ + kLane, 8);
}

Figure HistoryDrawing::Draw() {
  drawing_.emplace(kPageWidth, 0, HistoryTitle(input_), Description());
  double y = DrawHead(HistoryTitle(input_), HistoryRule(input_), &*drawing_);
  y = DrawKey(y, HistoryKey(steps_, releases_, input_.by), &*drawing_);
  top_ = y + label_rows_ * kFlagRow + 6;
  effects_.emplace(EffectsAxis());
  DrawThresholds();
  DrawFrame();
  DrawHatches();
  DrawRibbon();
  drawing_->Line({kLeft, effects_->At(0)}, {kRight, effects_->At(0)});
  DrawLabels();
  DrawSides();
  DrawThresholdLabels();
  DrawLine();
  DrawMarkers();
  y = DrawNotes(DrawMoments());
  y = DrawRemarks(y, input_.subject.remarks, &*drawing_);
  drawing_->SetHeight(y + 6);
  return {"history", HistoryTitle(input_), Description(), drawing_->ToSvg(),
          HistoryCsv(input_, steps_, releases_)};
}

}  // namespace

Figure DrawHistory(const HistoryInput& input) {
  return HistoryDrawing(input).Draw();
}

}  // namespace tidemark::report
