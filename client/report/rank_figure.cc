#include "client/report/rank_figure.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"
#include "client/cli/rank_tables.h"
#include "client/cli/table.h"
#include "client/report/drawing.h"
#include "client/report/effect_words.h"
#include "client/report/frame.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"
#include "review/relative_effects.h"

namespace tidemark::report {
namespace {

constexpr double kLabelSize = 10.5;
constexpr double kSmallSize = 9;
constexpr double kLabelWidth = 150;
constexpr double kGap = 12;
constexpr double kBarHeight = 24;
// Of a number above a bar.
constexpr double kBarNumber = 10;
// The widest bar, with what is between it and the next.
constexpr double kWidestBar = 60;
// Narrower ones have no number.
constexpr double kNarrowestNumbered = 20;

TextStyle Style(double size, Anchor anchor = Anchor::kStart,
                Weight weight = Weight::kRegular) {
  TextStyle style;
  style.size = size;
  style.anchor = anchor;
  style.weight = weight;
  return style;
}

// The smallest rank that is reached with a probability of at least `share`.
int RankAt(const v1::Rank& rank, double share) {
  double sum = 0;
  for (int r = 0; r < rank.probabilities_size(); ++r) {
    sum += rank.probabilities(r);
    // Sums of rounded numbers.
    if (sum >= share - 1e-12) return r + 1;
  }
  return rank.probabilities_size();
}

std::string MedianOf(const v1::Rank& rank, double level) {
  return absl::StrCat(rank.median_rank(), " [", RankAt(rank, (1 - level) / 2),
                      ", ", RankAt(rank, (1 + level) / 2), "]");
}

// `37`, of 0.37; small and large ones say that they are not 0 or 100.
std::string ShownPercent(double probability) {
  if (probability > 0 && probability < 0.005) return "<1";
  if (probability < 1 && probability > 0.995) return ">99";
  return absl::StrFormat("%.0f", 100 * probability);
}

struct RankRow {
  const v1::Rank* rank;
  Lines label;
  std::string p_score;
  std::string effect;
  std::string median;
};

// The treatments that studies connect, by P-score.
struct RankPart {
  std::string reference;
  std::vector<RankRow> rows;
};

class Ranks {
 public:
  Ranks(const v1::Estimate& estimate, const Subject& subject)
      : estimate_(estimate), subject_(subject) {
    const auto& rankings = estimate.random().rankings();
    for (int i = 0; i < rankings.size(); ++i) {
      parts_.push_back(PartOf(rankings.Get(i),
                              estimate.component_heterogeneity(i).reference()));
    }
    for (const v1::Ranking& ranking : rankings) {
      for (const v1::Rank& rank : ranking.ranks()) {
        for (const double probability : rank.probabilities()) {
          most_probable_ = std::max(most_probable_, probability);
        }
      }
    }
    MeasureColumns();
  }

  Figure Draw() const;

 private:
  RankPart PartOf(const v1::Ranking& ranking,
                  const std::string& reference) const;
  void MeasureColumns();
  bool HasBarNumbers(const RankPart& part) const {
    return BarWidth(part) >= kNarrowestNumbered;
  }
  double RowHeight(const RankPart& part, const RankRow& row) const {
    return 8 + std::max(kBarHeight + (HasBarNumbers(part) ? kBarNumber : 0),
                        row.label.Height());
  }
  double BarWidth(const RankPart& part) const {
    return std::min(kWidestBar, (kPageWidth - kPageMargin - bars_left_) /
                                    static_cast<double>(part.rows.size()));
  }
  std::string HeadingOf(const RankPart& part) const {
    return absl::StrCat("Versus ", subject_.NameOf(part.reference));
  }
  double HeightOf(const RankPart& part) const;
  void DrawPart(const RankPart& part, double top, Drawing* drawing) const;
  void DrawRow(const RankPart& part, const RankRow& row, double top,
               Drawing* drawing) const;
  void DrawBars(const RankPart& part, const RankRow& row, double bottom,
                Drawing* drawing) const;
  void DrawRankNumbers(const RankPart& part, double top,
                       Drawing* drawing) const;
  std::vector<std::string> Notes() const;
  std::vector<cli::Cell> FurtherCells(const v1::Rank& rank,
                                      const std::string& reference) const;
  std::string Csv(const std::string& rule) const;

  const v1::Estimate& estimate_;
  const Subject& subject_;
  std::vector<RankPart> parts_;
  // Right ends of columns; where bars begin.
  double p_score_right_ = 0;
  double effect_right_ = 0;
  double median_right_ = 0;
  double bars_left_ = 0;
  // The largest probability, of a full bar.
  double most_probable_ = 0;
};

RankPart Ranks::PartOf(const v1::Ranking& ranking,
                       const std::string& reference) const {
  RankPart part = {reference, {}};
  for (const v1::Rank& rank : ranking.ranks()) {
    const std::string& treatment = rank.treatment();
    RankRow row;
    row.rank = &rank;
    row.label =
        Lines::Wrap(subject_.NameOf(treatment), kLabelWidth, Style(kLabelSize));
    row.p_score = cli::ShownNumber(PScoreOf(estimate_, treatment));
    const auto effect =
        review::Compare(estimate_, cli::Model::kRandom, treatment, reference);
    row.effect = effect.ok() ? NumbersOf(estimate_, *effect) : "reference";
    row.median = MedianOf(rank, estimate_.level());
    part.rows.push_back(std::move(row));
  }
  std::stable_sort(part.rows.begin(), part.rows.end(),
                   [&](const RankRow& a, const RankRow& b) {
                     return PScoreOf(estimate_, a.rank->treatment()) >
                            PScoreOf(estimate_, b.rank->treatment());
                   });
  return part;
}

void Ranks::MeasureColumns() {
  double p_score = TextWidth("P-score", kSmallSize, Weight::kBold);
  double effect = 90;
  double median = TextWidth("median rank", kSmallSize, Weight::kBold);
  for (const RankPart& part : parts_) {
    for (const RankRow& row : part.rows) {
      p_score = std::max(p_score, TextWidth(row.p_score, kLabelSize));
      effect = std::max(effect, TextWidth(row.effect, kSmallSize));
      median = std::max(median, TextWidth(row.median, kLabelSize));
    }
  }
  p_score_right_ = kPageMargin + kLabelWidth + kGap + p_score;
  effect_right_ = p_score_right_ + kGap + effect;
  median_right_ = effect_right_ + kGap + median;
  bars_left_ = median_right_ + kGap;
}

double Ranks::HeightOf(const RankPart& part) const {
  double height = 30 + 22;
  for (const RankRow& row : part.rows) height += RowHeight(part, row);
  return height + (parts_.size() > 1 ? 18 : 0);
}

void Ranks::DrawPart(const RankPart& part, double top, Drawing* drawing) const {
  if (parts_.size() > 1) {
    drawing->Text({kPageMargin, top + 12},
                  FitText(absl::StrCat("Part of the network with ",
                                       subject_.NameOf(part.reference)),
                          kPageRoom, kLabelSize, Weight::kBold),
                  Style(kLabelSize, Anchor::kStart, Weight::kBold));
    top += 18;
  }
  const TextStyle heading = Style(kSmallSize, Anchor::kEnd, Weight::kBold);
  drawing->Text({kPageMargin, top + 20}, "Treatment",
                Style(kSmallSize, Anchor::kStart, Weight::kBold));
  drawing->Text({p_score_right_, top + 20}, "P-score", heading);
  const std::string level = cli::ShownLevel(estimate_.level());
  drawing->Text({effect_right_, top + 9},
                v1::EffectMeasure::Code_Name(estimate_.effect_measure()),
                heading);
  drawing->Text({effect_right_, top + 20}, absl::StrCat("[", level, " CI]"),
                heading);
  drawing->Text({median_right_, top + 9}, "median rank", heading);
  drawing->Text({median_right_, top + 20}, absl::StrCat("[", level, "]"),
                heading);
  drawing->Text({bars_left_, top + 20}, "probability of each rank, %",
                Style(kSmallSize, Anchor::kStart, Weight::kBold));
  double y = top + 30;
  drawing->Line({kPageMargin, y - 4}, {kPageWidth - kPageMargin, y - 4},
                {kAxisGrey, 0.8, ""});
  for (const RankRow& row : part.rows) {
    DrawRow(part, row, y, drawing);
    y += RowHeight(part, row);
  }
  DrawRankNumbers(part, y, drawing);
}

void Ranks::DrawRow(const RankPart& part, const RankRow& row, double top,
                    Drawing* drawing) const {
  const double height = RowHeight(part, row);
  const double middle = top + height / 2;
  row.label.Draw({kPageMargin, middle - row.label.Height() / 2}, drawing);
  drawing->Text({p_score_right_, middle + 4}, row.p_score,
                Style(kLabelSize, Anchor::kEnd));
  drawing->Text({effect_right_, middle + 4}, row.effect,
                Style(kSmallSize, Anchor::kEnd));
  drawing->Text({median_right_, middle + 4}, row.median,
                Style(kLabelSize, Anchor::kEnd));
  DrawBars(part, row, top + height - 4, drawing);
}

void Ranks::DrawBars(const RankPart& part, const RankRow& row, double bottom,
                     Drawing* drawing) const {
  const double width = BarWidth(part);
  const double gap = std::min(4.0, width / 6);
  drawing->Line(
      {bars_left_, bottom},
      {bars_left_ + width * static_cast<double>(part.rows.size()), bottom},
      {kAxisGrey, 0.8, ""});
  for (int r = 0; r < row.rank->probabilities_size(); ++r) {
    const double probability = row.rank->probabilities(r);
    const double left = bars_left_ + r * width;
    const double height = kBarHeight * probability / most_probable_;
    drawing->Rectangle({left + gap / 2, bottom - height}, width - gap, height,
                       kBlue);
    if (!HasBarNumbers(part)) continue;
    drawing->Text({left + width / 2, bottom - height - 2},
                  ShownPercent(probability),
                  Style(kSmallestText, Anchor::kMiddle));
  }
}

void Ranks::DrawRankNumbers(const RankPart& part, double top,
                            Drawing* drawing) const {
  const double width = BarWidth(part);
  const size_t count = part.rows.size();
  const size_t every = width >= 14 ? 1 : 5;
  for (size_t r = 1; r <= count; ++r) {
    if (every > 1 && r != 1 && r % every != 0) continue;
    drawing->Text(
        {bars_left_ + (static_cast<double>(r) - 0.5) * width, top + 9},
        absl::StrCat(r), Style(kSmallSize, Anchor::kMiddle));
  }
  drawing->Text({median_right_, top + 9}, "rank (1 is best)",
                Style(kSmallSize, Anchor::kEnd));
}

std::vector<std::string> Ranks::Notes() const {
  std::vector<std::string> notes = {absl::StrCat(
      "P-score: mean certainty that the treatment is better than another one "
      "(1: certainly the best, 0: certainly the worst). Bars: probability of "
      "each rank under the joint normal distribution of the effects; the "
      "highest bar is ",
      ShownPercent(most_probable_),
      "%. A rank says nothing of how large a difference is: the effects do.")};
  const auto& rankings = estimate_.random().rankings();
  for (int i = 0; i < rankings.size(); ++i) {
    notes.push_back(absl::StrCat(
        "Precision of the hierarchy (POTH)",
        rankings.size() == 1
            ? ""
            : absl::StrCat(" of the part with ",
                           subject_.NameOf(parts_[i].reference)),
        " ", cli::ShownNumber(rankings.Get(i).poth()),
        " (1: the order is certain); error of probabilities up to ",
        cli::ShownNumber(rankings.Get(i).probability_error()), "."));
  }
  for (const std::string& note : NotesOf(estimate_, subject_)) {
    notes.push_back(note);
  }
  return notes;
}

std::vector<cli::Cell> Ranks::FurtherCells(const v1::Rank& rank,
                                           const std::string& reference) const {
  const double level = estimate_.level();
  std::vector<cli::Cell> cells = {cli::Integer(RankAt(rank, (1 - level) / 2)),
                                  cli::Integer(RankAt(rank, (1 + level) / 2)),
                                  cli::Text(subject_.NameOf(rank.treatment())),
                                  cli::Text(reference)};
  const auto effect = review::Compare(estimate_, cli::Model::kRandom,
                                      rank.treatment(), reference);
  const v1::RelativeEffect* const known = effect.ok() ? &*effect : nullptr;
  cli::AddNumbers(known, cells);
  cli::AddRatios(estimate_.effect_measure(), known, cells);
  return cells;
}

// A row for each treatment and rank: what `rank --ranks` says, and what else is
// drawn.
std::string Ranks::Csv(const std::string& rule) const {
  cli::Table table =
      cli::RankProbabilitiesTable(estimate_, cli::Model::kRandom);
  for (const char* name :
       {"rank_lower", "rank_upper", "name", "versus", "effect", "lower",
        "upper", "ratio", "ratio_lower", "ratio_upper"}) {
    table.columns.push_back({name});
  }
  std::map<std::string, std::vector<cli::Cell>> further;
  for (const RankPart& part : parts_) {
    for (const RankRow& row : part.rows) {
      further[row.rank->treatment()] = FurtherCells(*row.rank, part.reference);
    }
  }
  for (std::vector<cli::Cell>& row : table.rows) {
    const std::vector<cli::Cell>& cells = further.at(row[0].exact);
    row.insert(row.end(), cells.begin(), cells.end());
  }
  cli::AddSignColumns(estimate_, rule, &table);
  return cli::AsCsv(table);
}

Figure Ranks::Draw() const {
  const std::string versus = parts_.size() == 1
                                 ? subject_.NameOf(parts_[0].reference)
                                 : "the reference of its part of the network";
  const std::string sign = cli::SignRule(
      absl::StrCat("treatment minus ", versus), estimate_.effect_measure(),
      estimate_.small_values_desirable());
  const std::string rule = absl::StrCat("Sign rule of effects: ", sign, ".");
  Figure figure = {
      "ranks", absl::StrCat(subject_.title, ": ranks of treatments"),
      absl::StrCat("P-scores with rank probabilities, random effects. ", rule),
      "", Csv(sign)};
  const Frame frame(
      figure.title,
      {absl::StrCat("Network meta-analysis, random effects, ",
                    cli::ShownLevel(estimate_.level()),
                    " intervals. Sorted by P-score, the best first."),
       rule},
      Notes());
  double height = 0;
  for (const RankPart& part : parts_) height += HeightOf(part);
  Drawing drawing(kPageWidth, frame.HeightWith(height), figure.title,
                  figure.description);
  frame.Draw(height, &drawing);
  double top = frame.top();
  for (const RankPart& part : parts_) {
    DrawPart(part, top, &drawing);
    top += HeightOf(part);
  }
  figure.svg = drawing.ToSvg();
  return figure;
}

}  // namespace

Figure DrawRanks(const v1::Estimate& estimate, const Subject& subject) {
  return Ranks(estimate, subject).Draw();
}

}  // namespace tidemark::report
