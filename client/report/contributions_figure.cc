#include "client/report/contributions_figure.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/comparison.h"
#include "client/cli/flow_tables.h"
#include "client/cli/table.h"
#include "client/report/drawing.h"
#include "client/report/page.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

using RiskOfBias = v1::RiskOfBias;

constexpr double kLabelWidth = 170;
constexpr double kLeft = kPageMargin + kLabelWidth + 12;
constexpr double kRight = kPageWidth - kPageMargin;
constexpr double kBar = 22;
constexpr double kSize = 10;
constexpr double kPartSize = 9;
// Of lines that stand for a level of risk.
constexpr double kHatch = 7;

struct Level {
  RiskOfBias::Judgement judgement;
  const char* name;
  const char* csv;
  const char* fill;
};

// From left to right.
constexpr std::array<Level, 4> kLevels = {
    {{RiskOfBias::LOW, "low risk of bias", "low", "#bfe3d6"},
     {RiskOfBias::SOME_CONCERNS, "some concerns", "some_concerns", "#f6e3b0"},
     {RiskOfBias::HIGH, "high risk of bias", "high", "#f0b48f"},
     {RiskOfBias::JUDGEMENT_UNSPECIFIED, "not judged", "not_judged", kPaper}}};

// A rectangle with what tells the level apart without colour: nothing for low,
// lines for some concerns, crossed lines for high, dots for not judged.
void DrawPart(const Level& level, Point corner, double width, double height,
              Drawing* drawing) {
  drawing->Rectangle(corner, width, height, level.fill, {kInk, 0.75, ""});
  const Stroke thin = {kAxisGrey, 0.6, ""};
  if (level.judgement == RiskOfBias::JUDGEMENT_UNSPECIFIED) {
    for (double x = 4; x < width - 1; x += kHatch) {
      for (double y = 4; y < height - 1; y += kHatch) {
        drawing->Circle({corner.x + x, corner.y + y}, 0.6, kAxisGrey);
      }
    }
  }
  if (level.judgement == RiskOfBias::SOME_CONCERNS ||
      level.judgement == RiskOfBias::HIGH) {
    DrawDiagonals(corner, width, height, kHatch, thin, drawing);
  }
  if (level.judgement == RiskOfBias::HIGH) {
    DrawDiagonals(corner, width, height, kHatch, thin, drawing,
                  /*falling=*/true);
  }
}

class ContributionsDrawing {
 public:
  ContributionsDrawing(const v1::Estimate& estimate, const Subject& subject,
                       const RiskOfBiasByStudy& risk_of_bias);
  Figure Draw() const;

 private:
  size_t LevelOf(int study) const;
  std::string Title() const;
  std::string Description() const;
  std::vector<KeyEntry> Key() const;
  double DrawRow(const v1::ComparisonContributions& comparison, double top,
                 Drawing* drawing) const;
  void DrawParts(const v1::ComparisonContributions& comparison, double top,
                 Drawing* drawing) const;
  double DrawScale(double top, Drawing* drawing) const;
  double DrawStudies(double top, Drawing* drawing) const;
  std::string Csv() const;

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const RiskOfBiasByStudy& risk_of_bias_;
  const v1::Contributions& contributions_;
};

ContributionsDrawing::ContributionsDrawing(
    const v1::Estimate& estimate, const Subject& subject,
    const RiskOfBiasByStudy& risk_of_bias)
    : estimate_(estimate),
      subject_(subject),
      risk_of_bias_(risk_of_bias),
      contributions_(estimate.contributions()) {}

// Index among the levels.
size_t ContributionsDrawing::LevelOf(int study) const {
  const auto known = risk_of_bias_.find(contributions_.studies(study));
  if (known == risk_of_bias_.end()) return kLevels.size() - 1;
  const auto* const level = std::find_if(
      kLevels.begin(), kLevels.end(),
      [&](const Level& of) { return of.judgement == known->second; });
  return level - kLevels.begin();
}

std::string ContributionsDrawing::Title() const {
  std::string title =
      absl::StrCat(subject_.title, ": where the evidence comes from");
  if (contributions_.comparisons_size() == 1) {
    const auto& only = contributions_.comparisons(0);
    absl::StrAppend(&title, ", ", subject_.NameOf(only.first()), " versus ",
                    subject_.NameOf(only.second()));
  }
  return title;
}

std::string ContributionsDrawing::Description() const {
  return absl::StrCat(
      "For each of ", contributions_.comparisons_size(),
      " network comparisons of the analysis ", subject_.analysis_id,
      " under random effects a bar: the shares of ",
      contributions_.studies_size(),
      " studies in its evidence, by their risk of bias, the largest first. "
      "Shares sum to 100% and have no sign; the estimates are in ",
      cli::ScaleName(estimate_), ", ",
      estimate_.small_values_desirable() ? "lower" : "higher", " is better.");
}

std::vector<KeyEntry> ContributionsDrawing::Key() const {
  std::set<size_t> used;
  for (int i = 0; i < contributions_.studies_size(); ++i) {
    used.insert(LevelOf(i));
  }
  std::vector<KeyEntry> key;
  for (const size_t level : used) {
    key.push_back(
        {[level](Point at, Drawing* drawing) {
           DrawPart(kLevels[level], {at.x - 11, at.y - 6}, 22, 12, drawing);
         },
         kLevels[level].name});
  }
  return key;
}

// By level, then the largest first; with number and share as far as they fit.
void ContributionsDrawing::DrawParts(
    const v1::ComparisonContributions& comparison, double top,
    Drawing* drawing) const {
  std::vector<int> order(comparison.study_shares_size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    const size_t level_a = LevelOf(a);
    const size_t level_b = LevelOf(b);
    if (level_a != level_b) return level_a < level_b;
    return comparison.study_shares(a) > comparison.study_shares(b);
  });
  double x = kLeft;
  for (const int study : order) {
    const double share = comparison.study_shares(study);
    const double width = share * (kRight - kLeft);
    if (width <= 0) continue;
    DrawPart(kLevels[LevelOf(study)], {x, top}, width, kBar, drawing);
    const std::string number = absl::StrCat(study + 1);
    for (const std::string& text :
         {absl::StrFormat("%s: %.0f%%", number, 100 * share), number}) {
      const double needed = TextWidth(text, kPartSize);
      if (needed + 4 > width) continue;
      drawing->Rectangle({x + width / 2 - needed / 2 - 1, top + 5}, needed + 2,
                         kPartSize + 3, kLevels[LevelOf(study)].fill);
      drawing->Text({x + width / 2, top + kBar / 2 + 3}, text,
                    {kPartSize, Anchor::kMiddle});
      break;
    }
    x += width;
  }
}

double ContributionsDrawing::DrawRow(
    const v1::ComparisonContributions& comparison, double top,
    Drawing* drawing) const {
  const double below =
      DrawWrapped({kPageMargin, top + 3}, kLabelWidth,
                  absl::StrCat(subject_.NameOf(comparison.first()), " versus ",
                               subject_.NameOf(comparison.second())),
                  {kSize}, drawing);
  if (comparison.study_shares().empty()) {
    const double reason = DrawWrapped(
        {kLeft, top + 3}, kRight - kLeft,
        absl::StrCat("no shares: ", comparison.no_shares()), {kSize}, drawing);
    return std::max(below, reason) + 6;
  }
  DrawParts(comparison, top, drawing);
  return std::max(below, top + kBar) + 6;
}

double ContributionsDrawing::DrawScale(double top, Drawing* drawing) const {
  drawing->Line({kLeft, top}, {kRight, top}, {kAxisGrey});
  for (int percent = 0; percent <= 100; percent += 25) {
    const double x = kLeft + percent * (kRight - kLeft) / 100;
    drawing->Line({x, top}, {x, top + 4}, {kAxisGrey});
    drawing->Text({x, top + 6 + kPartSize}, absl::StrCat(percent, "%"),
                  {kPartSize, percent == 0     ? Anchor::kStart
                              : percent == 100 ? Anchor::kEnd
                                               : Anchor::kMiddle});
  }
  return top + 6 + LineHeight(kPartSize);
}

// Numbers of the parts, in columns.
double ContributionsDrawing::DrawStudies(double top, Drawing* drawing) const {
  top = DrawParagraph(top, "Studies by number, with their risk of bias",
                      {kPartSize, Anchor::kStart, Weight::kBold}, drawing);
  const int columns = contributions_.studies_size() > 5 ? 3 : 1;
  const double width = (kPageRoom) / columns;
  const double number = 22;
  double lowest = top;
  for (int i = 0; i < contributions_.studies_size(); ++i) {
    const int column = i % columns;
    if (column == 0) top = lowest;
    const double x = kPageMargin + column * width;
    drawing->Text({x + number - 4, top + kPartSize}, absl::StrCat(i + 1),
                  {kPartSize, Anchor::kEnd, Weight::kBold});
    lowest = std::max(lowest,
                      DrawWrapped({x + number, top}, width - number - 8,
                                  absl::StrCat(contributions_.studies(i), " (",
                                               kLevels[LevelOf(i)].name, ")"),
                                  {kPartSize}, drawing));
  }
  return lowest;
}

std::string ContributionsDrawing::Csv() const {
  cli::Table table = cli::ContributionsTable(estimate_, cli::Model::kRandom,
                                             cli::FlowBy::kStudy);
  table.columns.push_back({"risk_of_bias"});
  std::map<std::string, size_t> levels;
  for (int i = 0; i < contributions_.studies_size(); ++i) {
    levels[contributions_.studies(i)] = LevelOf(i);
  }
  for (std::vector<cli::Cell>& row : table.rows) {
    // `study`; empty in a row without shares.
    const auto level = levels.find(row[2].exact);
    row.push_back(
        cli::Text(level == levels.end() ? "" : kLevels[level->second].csv));
  }
  return cli::AsCsv(table);
}

Figure ContributionsDrawing::Draw() const {
  Drawing drawing(kPageWidth, 0, Title(), Description());
  double y = DrawHead(
      Title(),
      "Shares of the studies in the evidence on each comparison, random "
      "effects; number of the study: share.",
      &drawing);
  y = DrawKey(y, Key(), &drawing) + 4;
  for (const auto& comparison : contributions_.comparisons()) {
    y = DrawRow(comparison, y, &drawing);
  }
  y = DrawStudies(DrawScale(y, &drawing) + 8, &drawing);
  y = DrawRemarks(y + 4, subject_.remarks, &drawing);
  drawing.SetHeight(y + 8);
  return {"contributions", Title(), Description(), drawing.ToSvg(), Csv()};
}

}  // namespace

Figure DrawContributions(const v1::Estimate& estimate, const Subject& subject,
                         const RiskOfBiasByStudy& risk_of_bias) {
  return ContributionsDrawing(estimate, subject, risk_of_bias).Draw();
}

}  // namespace tidemark::report
