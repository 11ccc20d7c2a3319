#include "client/report/league_figure.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "client/report/drawing.h"
#include "client/report/effect_words.h"
#include "client/report/frame.h"
#include "client/report/name_list.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"
#include "review/conclusions.h"
#include "review/relative_effects.h"

namespace tidemark::report {
namespace {

using Class = v1::ConclusionClass;

constexpr double kNumberSize = 10;
constexpr double kIntervalSize = 8.5;
constexpr double kLabelSize = 9;
// Of the numbers above columns.
constexpr double kHeading = 16;
constexpr double kLegend = 34;
constexpr double kLargestCell = 150;
// Without numbers.
constexpr double kLargestPlainCell = 24;
const Stroke kCellBorder = {kAxisGrey, 0.5, ""};

struct Mark {
  Class::Code code;
  const char* symbol;
  const char* meaning;
};

constexpr Mark kMarks[] = {
    {Class::IMPORTANT_BENEFIT, "++", "row better, importantly"},
    {Class::BENEFIT, "+", "row better"},
    {Class::NO_IMPORTANT_DIFFERENCE, "=", "no important difference"},
    {Class::INCONCLUSIVE, "", "inconclusive"},
    {Class::HARM, "−", "row worse"},
    {Class::IMPORTANT_HARM, "−−", "row worse, importantly"},
    {Class::NOT_ESTIMABLE, "×", "not estimable"}};

const char* SymbolOf(Class::Code code) {
  for (const Mark& mark : kMarks) {
    if (mark.code == code) return mark.symbol;
  }
  return "?";
}

struct LeagueCell {
  std::optional<v1::RelativeEffect> effect;  // row versus column
  Class::Code code = Class::NOT_ESTIMABLE;
  // The number, then its interval.
  std::vector<std::string> numbers;
};

class League {
 public:
  League(const v1::Estimate& estimate, const Subject& subject)
      : estimate_(estimate),
        subject_(subject),
        treatments_(ByPScore(estimate)),
        size_(treatments_.size()),
        better_sign_(estimate.small_values_desirable() ? -1 : 1) {
    for (const std::string& row : treatments_) {
      names_.push_back(subject.NameOf(row));
      for (const std::string& column : treatments_) {
        cells_.push_back(CellOf(row, column));
      }
    }
    ChooseScale();
    ChooseSizes();
  }

  Figure Draw() const;

 private:
  LeagueCell CellOf(const std::string& row, const std::string& column) const;
  void ChooseScale();
  void ChooseSizes();
  bool NumbersFit(double width) const;
  bool RowIsWorse(const v1::RelativeEffect& effect) const {
    return better_sign_ * effect.effect() < 0;
  }
  const LeagueCell& At(size_t row, size_t column) const {
    return cells_[row * size_ + column];
  }
  Point CornerOf(size_t row, size_t column, double top) const {
    return {left_ + static_cast<double>(column) * cell_width_,
            top + heading_ + static_cast<double>(row) * cell_height_};
  }
  double GridHeight() const {
    return heading_ + static_cast<double>(size_) * cell_height_;
  }
  void DrawGrid(double top, Drawing* drawing) const;
  void DrawCell(const LeagueCell& cell, Point corner, Drawing* drawing) const;
  void DrawDiagonal(size_t i, Point corner, Drawing* drawing) const;
  void DrawLegend(double top, Drawing* drawing) const;
  std::string MarksNote() const;
  std::string Csv() const;

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const std::vector<std::string> treatments_;
  const size_t size_;
  // Times an effect: positive if the row is better.
  const double better_sign_;
  std::vector<std::string> names_;
  std::vector<LeagueCell> cells_;
  // The effect that has the fullest colour.
  double full_ = 1;
  bool has_numbers_ = false;
  // Whether names stand in cells or beside rows; else a list says them.
  bool has_names_ = false;
  double left_ = kPageMargin;
  double heading_ = 0;
  double cell_width_ = 0;
  double cell_height_ = 0;
};

LeagueCell League::CellOf(const std::string& row,
                          const std::string& column) const {
  LeagueCell cell;
  if (row == column) return cell;
  const auto effect =
      review::Compare(estimate_, cli::Model::kRandom, row, column);
  if (!effect.ok()) return cell;
  cell.effect = *effect;
  cell.code = review::ClassOf(
      &*effect, estimate_.small_values_desirable(),
      subject_.thresholds.empty()
          ? std::nullopt
          : std::optional<double>(subject_.thresholds[0].value()));
  cell.numbers =
      absl::StrSplit(NumbersOf(estimate_, *effect), absl::MaxSplits(' ', 1));
  return cell;
}

void League::ChooseScale() {
  std::vector<double> sizes;
  for (const LeagueCell& cell : cells_) {
    if (cell.effect.has_value()) {
      sizes.push_back(std::abs(cell.effect->effect()));
    }
  }
  if (sizes.empty()) return;
  std::sort(sizes.begin(), sizes.end());
  // One huge effect does not make all others look like none.
  const double full = std::min(sizes.back(), 3 * sizes[sizes.size() / 2]);
  if (full > 0) full_ = full;
}

bool League::NumbersFit(double width) const {
  return std::all_of(cells_.begin(), cells_.end(), [&](const LeagueCell& cell) {
    return cell.numbers.empty() ||
           (TextWidth(cell.numbers[0], kNumberSize) <= width - 6 &&
            TextWidth(cell.numbers.back(), kIntervalSize) <= width - 6);
  });
}

void League::ChooseSizes() {
  const double count = static_cast<double>(size_);
  cell_width_ = std::min(kLargestCell, kPageRoom / count);
  has_numbers_ = NumbersFit(cell_width_);
  if (has_numbers_) {
    size_t lines = 0;
    for (const std::string& name : names_) {
      lines = std::max(
          lines,
          WrapText(name, cell_width_ - 8, kLabelSize, Weight::kBold).size());
    }
    has_names_ = lines <= 5;
    cell_height_ = std::max(46.0, has_names_ ? 11.5 * lines + 8 : 0);
    return;
  }
  double widest = 0;
  for (const std::string& name : names_) {
    widest = std::max(widest, TextWidth(name, kLabelSize));
  }
  has_names_ = widest <= 190;
  heading_ = kHeading;
  left_ = kPageMargin + (has_names_ ? widest + 22 : 20);
  cell_width_ =
      std::min(kLargestPlainCell, (kPageWidth - kPageMargin - left_) / count);
  cell_height_ = std::min(cell_width_, 20.0);
}

void League::DrawGrid(double top, Drawing* drawing) const {
  TextStyle number;
  number.size = has_numbers_ ? kLabelSize : kSmallestText;
  number.anchor = Anchor::kMiddle;
  for (size_t i = 0; i < size_; ++i) {
    for (size_t j = 0; j < size_; ++j) {
      const Point corner = CornerOf(i, j, top);
      if (i == j) {
        DrawDiagonal(i, corner, drawing);
      } else {
        DrawCell(At(i, j), corner, drawing);
      }
    }
    if (has_numbers_) continue;
    const std::string place = absl::StrCat(i + 1);
    const Point head = CornerOf(0, i, top);
    drawing->Text({head.x + cell_width_ / 2, head.y - 4}, place, number);
    TextStyle label;
    label.size = kLabelSize;
    label.anchor = Anchor::kEnd;
    const Point corner = CornerOf(i, 0, top);
    drawing->Text({corner.x - 4, corner.y + cell_height_ / 2 + 3},
                  has_names_ ? absl::StrCat(names_[i], " ", place) : place,
                  label);
  }
}

void League::DrawCell(const LeagueCell& cell, Point corner,
                      Drawing* drawing) const {
  // Blue where the row is better.
  const std::string color =
      cell.effect.has_value()
          ? DivergingColor(-better_sign_ * cell.effect->effect() / full_)
          : kBandGrey;
  drawing->Rectangle(corner, cell_width_, cell_height_, color, kCellBorder);
  const Point middle = {corner.x + cell_width_ / 2,
                        corner.y + cell_height_ / 2};
  TextStyle style;
  style.anchor = Anchor::kMiddle;
  if (!has_numbers_ || cell.numbers.empty()) {
    style.size = kNumberSize;
    style.weight = Weight::kBold;
    drawing->Text({middle.x, middle.y + 3.5}, SymbolOf(cell.code), style);
    if (cell.effect.has_value() && RowIsWorse(*cell.effect)) {
      drawing->Circle({corner.x + cell_width_ - 3, corner.y + cell_height_ - 3},
                      1.3, kInk);
    }
    return;
  }
  style.size = kNumberSize;
  drawing->Text({middle.x, middle.y - 8}, cell.numbers[0], style);
  style.size = kIntervalSize;
  if (cell.numbers.size() > 1) {
    drawing->Text({middle.x, middle.y + 4}, cell.numbers[1], style);
  }
  style.weight = Weight::kBold;
  style.size = kNumberSize;
  drawing->Text({middle.x, middle.y + 17}, SymbolOf(cell.code), style);
}

void League::DrawDiagonal(size_t i, Point corner, Drawing* drawing) const {
  drawing->Rectangle(corner, cell_width_, cell_height_, kGridGrey, kCellBorder);
  TextStyle style;
  style.size = has_numbers_ ? kLabelSize : kSmallestText;
  style.weight = Weight::kBold;
  style.anchor = Anchor::kMiddle;
  const Lines name =
      Lines::Wrap(has_numbers_ && has_names_ ? names_[i] : absl::StrCat(i + 1),
                  cell_width_ - (has_numbers_ ? 8 : 0), style);
  name.Draw({corner.x + cell_width_ / 2,
             corner.y + (cell_height_ - name.Height()) / 2},
            drawing);
}

void League::DrawLegend(double top, Drawing* drawing) const {
  TextStyle style;
  style.size = kLabelSize;
  const std::string left = "row better";
  drawing->Text({kPageMargin, top + 12}, left, style);
  constexpr int kSteps = 9;
  constexpr double kStep = 24;
  const double from = kPageMargin + TextWidth(left, kLabelSize) + 8;
  for (int i = 0; i < kSteps; ++i) {
    const double share = 2.0 * i / (kSteps - 1) - 1;
    drawing->Rectangle({from + i * kStep, top}, kStep, 15,
                       DivergingColor(share), kCellBorder);
  }
  drawing->Text({from + kSteps * kStep + 8, top + 12}, "row worse", style);
  const bool is_ratio = cli::IsRatio(estimate_.effect_measure());
  style.anchor = Anchor::kMiddle;
  for (const int i : {0, kSteps / 2, kSteps - 1}) {
    const double effect = better_sign_ * full_ * (1 - 2.0 * i / (kSteps - 1));
    drawing->Text({from + (i + 0.5) * kStep, top + 27},
                  cli::ShownNumber(is_ratio ? std::exp(effect) : effect),
                  style);
  }
  style.anchor = Anchor::kStart;
  drawing->Text({from + kSteps * kStep + 8, top + 27},
                absl::StrCat(MeasureOf(estimate_, subject_),
                             ", at and beyond the ends one colour"),
                style);
}

std::string League::MarksNote() const {
  std::string note =
      has_numbers_ ? ""
                   : "Dot in the corner: the effect is worse for the row. ";
  absl::StrAppend(&note, "Marks: ");
  for (const Mark& mark : kMarks) {
    const bool needs_threshold = mark.code == Class::IMPORTANT_BENEFIT ||
                                 mark.code == Class::IMPORTANT_HARM ||
                                 mark.code == Class::NO_IMPORTANT_DIFFERENCE;
    if (needs_threshold && subject_.thresholds.empty()) continue;
    const std::string symbol = mark.symbol;
    absl::StrAppend(&note, symbol.empty() ? "none" : symbol, " ", mark.meaning,
                    mark.code == Class::NOT_ESTIMABLE ? "." : "; ");
  }
  if (subject_.thresholds.empty()) {
    return absl::StrCat(note,
                        " By whether the interval includes no difference.");
  }
  return absl::StrCat(
      note, " By the whole interval; important: beyond the threshold ",
      cli::ExactNumber(subject_.thresholds[0].value()),
      cli::IsRatio(estimate_.effect_measure()) ? " on the log scale." : ".");
}

std::string League::Csv() const {
  cli::Table table;
  table.columns = cli::ComparisonColumns(estimate_);
  const size_t columns = table.columns.size();
  for (const char* name : {"first_name", "second_name", "class"}) {
    table.columns.push_back({name});
  }
  for (const v1::Threshold& threshold : subject_.thresholds) {
    table.columns.push_back(
        {absl::StrCat("class_by_", cli::ExactNumber(threshold.value()))});
  }
  for (size_t i = 0; i < size_; ++i) {
    for (size_t j = 0; j < size_; ++j) {
      if (i == j) continue;
      const auto& effect = At(i, j).effect;
      std::vector<cli::Cell> row(columns, cli::Text(""));
      row[0] = cli::Text(treatments_[i]);
      row[1] = cli::Text(treatments_[j]);
      if (effect.has_value()) row = cli::ComparisonCells(estimate_, *effect);
      row.push_back(cli::Text(names_[i]));
      row.push_back(cli::Text(names_[j]));
      const auto add_class = [&](std::optional<double> threshold) {
        row.push_back(cli::Text(Class::Code_Name(
            review::ClassOf(effect.has_value() ? &*effect : nullptr,
                            estimate_.small_values_desirable(), threshold))));
      };
      add_class(std::nullopt);
      for (const v1::Threshold& threshold : subject_.thresholds) {
        add_class(threshold.value());
      }
      table.rows.push_back(std::move(row));
    }
  }
  return cli::AsCsv(table);
}

Figure League::Draw() const {
  const std::string rule =
      absl::StrCat("Row versus column: ",
                   cli::SignRule("row minus column", estimate_.effect_measure(),
                                 estimate_.small_values_desirable()),
                   ".");
  std::vector<std::string> notes = {
      MarksNote(),
      "Treatments by P-score, the best first. Numbers of every cell are in the "
      "data of this figure."};
  for (const std::string& note : NotesOf(estimate_, subject_)) {
    notes.push_back(note);
  }
  Figure figure = {
      "league", absl::StrCat(subject_.title, ": all pairs of treatments"),
      absl::StrCat("League table as a heat map, random effects. ", rule), "",
      Csv()};
  const Frame frame(
      figure.title,
      {absl::StrCat("Network meta-analysis, random effects, ",
                    cli::ShownLevel(estimate_.level()), " intervals."),
       rule},
      notes);
  const NameList list(has_names_ ? std::vector<std::string>() : names_);
  const double height = GridHeight() + 10 + kLegend + list.Height();
  Drawing drawing(kPageWidth, frame.HeightWith(height), figure.title,
                  figure.description);
  frame.Draw(height, &drawing);
  DrawGrid(frame.top(), &drawing);
  DrawLegend(frame.top() + GridHeight() + 10, &drawing);
  list.Draw(frame.top() + GridHeight() + 10 + kLegend, &drawing);
  figure.svg = drawing.ToSvg();
  return figure;
}

}  // namespace

Figure DrawLeague(const v1::Estimate& estimate, const Subject& subject) {
  return League(estimate, subject).Draw();
}

}  // namespace tidemark::report
