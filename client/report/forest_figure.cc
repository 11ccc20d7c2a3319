#include "client/report/forest_figure.h"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "client/report/effect_panel.h"
#include "client/report/effect_words.h"
#include "client/report/frame.h"
#include "review/relative_effects.h"

namespace tidemark::report {
namespace {

using cli::Cell;
using cli::Column;

constexpr char kSquares[] =
    "Squares: area proportional to the precision (1/SE²) of the effect. Thick "
    "line: confidence interval; thin line with end marks: prediction interval, "
    "where the effect of a new study would lie.";

std::string RuleOf(const v1::Estimate& estimate,
                   const std::string& difference) {
  return absl::StrCat("Sign rule: ",
                      cli::SignRule(difference, estimate.effect_measure(),
                                    estimate.small_values_desirable()),
                      ".");
}

// Rows of both forests: ComparisonColumns, and what a forest adds.
class ForestTable {
 public:
  ForestTable(const v1::Estimate& estimate, const Subject& subject,
              std::vector<std::string> further)
      : estimate_(estimate), subject_(subject), further_(further.size()) {
    table_.columns = cli::ComparisonColumns(estimate);
    table_.columns.push_back({"first_name"});
    table_.columns.push_back({"second_name"});
    for (std::string& name : further) {
      table_.columns.push_back({std::move(name)});
    }
  }

  void Add(const v1::RelativeEffect& effect, std::vector<Cell> further) {
    AddRow(cli::ComparisonCells(estimate_, effect), effect.first(),
           effect.second(), std::move(further));
  }

  void AddWithout(const std::string& first, const std::string& second,
                  std::vector<Cell> further) {
    std::vector<Cell> cells(table_.columns.size() - 2 - further_,
                            cli::Text(""));
    cells[0] = cli::Text(first);
    cells[1] = cli::Text(second);
    AddRow(std::move(cells), first, second, std::move(further));
  }

  std::string Csv() const { return cli::AsCsv(table_); }

 private:
  void AddRow(std::vector<Cell> cells, const std::string& first,
              const std::string& second, std::vector<Cell> further) {
    cells.push_back(cli::Text(subject_.NameOf(first)));
    cells.push_back(cli::Text(subject_.NameOf(second)));
    cells.insert(cells.end(), further.begin(), further.end());
    table_.rows.push_back(std::move(cells));
  }

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const size_t further_;
  cli::Table table_;
};

std::string NumbersHeading(const v1::Estimate& estimate) {
  return absl::StrCat(v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                      " [", cli::ShownLevel(estimate.level()), " CI]");
}

EffectPanelText PanelText(const v1::Estimate& estimate, const Subject& subject,
                          const std::string& first, const std::string& second) {
  EffectPanelText text;
  text.numbers = NumbersHeading(estimate);
  text.axis =
      absl::StrCat(MeasureOf(estimate, subject), ", ", first,
                   cli::IsRatio(estimate.effect_measure())
                       ? absl::StrCat(" versus ", second, ", logarithmic axis")
                       : absl::StrCat(" minus ", second));
  text.left = absl::StrCat("favours ",
                           estimate.small_values_desirable() ? first : second);
  text.right = absl::StrCat("favours ",
                            estimate.small_values_desirable() ? second : first);
  return text;
}

Figure FigureOf(const EffectPanel& panel, Figure figure,
                const std::vector<std::string>& rules,
                std::vector<std::string> notes) {
  if (panel.has_arrows()) {
    notes.insert(notes.begin(),
                 "Arrows: the interval goes on beyond the axis; the numbers "
                 "are whole.");
  }
  const Frame frame(figure.title, rules, notes);
  Drawing drawing(kPageWidth, frame.HeightWith(panel.height()), figure.title,
                  figure.description);
  frame.Draw(panel.height(), &drawing);
  panel.Draw(frame.top(), &drawing);
  figure.svg = drawing.ToSvg();
  return figure;
}

std::vector<std::string> NotesBelow(const v1::Estimate& estimate,
                                    const Subject& subject,
                                    const std::string& marks) {
  std::vector<std::string> notes = {
      marks,
      LinesNote(subject.thresholds, cli::IsRatio(estimate.effect_measure()))};
  const std::vector<std::string> more = NotesOf(estimate, subject);
  notes.insert(notes.end(), more.begin(), more.end());
  return notes;
}

// Every treatment versus the reference, for the picture and as data: those that
// are estimable, those that are not connected with it, those without data.
class VersusRows {
 public:
  VersusRows(const v1::Estimate& estimate, const Subject& subject,
             const std::string& reference, ForestTable* table)
      : estimate_(estimate),
        subject_(subject),
        reference_(reference),
        table_(table) {
    std::vector<std::string> disconnected;
    for (const std::string& treatment : ByPScore(estimate)) {
      if (treatment == reference) continue;
      const auto effect =
          review::Compare(estimate, cli::Model::kRandom, treatment, reference);
      if (effect.ok()) {
        Add(*effect);
      } else {
        disconnected.push_back(treatment);
      }
    }
    for (const std::string& treatment : disconnected) {
      AddWithout(treatment, absl::StrCat("no study connects it with ",
                                         subject.NameOf(reference)));
    }
    for (const std::string& node : subject.nodes) {
      if (review::TreatmentIndex(estimate, node) < 0) {
        AddWithout(node, "no data");
      }
    }
  }

  const std::vector<EffectRow>& rows() const { return rows_; }
  // Reasons.
  const std::set<std::string>& no_interval() const { return no_interval_; }

 private:
  void Add(const v1::RelativeEffect& effect) {
    EffectRow row;
    row.label = subject_.NameOf(effect.first());
    row.effect = effect;
    row.numbers = NumbersOf(estimate_, effect);
    row.below_numbers =
        effect.has_lower() ? PredictionOf(estimate_, effect) : "no interval";
    if (!effect.has_lower()) no_interval_.insert(effect.no_interval());
    const double p_score = PScoreOf(estimate_, effect.first());
    row.last = cli::ShownNumber(p_score);
    rows_.push_back(std::move(row));
    table_->Add(effect, {cli::Number(p_score), cli::Text("")});
  }

  void AddWithout(const std::string& treatment, const std::string& reason) {
    EffectRow row;
    row.label = subject_.NameOf(treatment);
    row.reason = absl::StrCat("not estimable: ", reason);
    rows_.push_back(std::move(row));
    table_->AddWithout(treatment, reference_,
                       {cli::Text(""), cli::Text(reason)});
  }

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const std::string& reference_;
  ForestTable* const table_;
  std::vector<EffectRow> rows_;
  std::set<std::string> no_interval_;
};

// One comparison of DrawSplitForest; null where no study makes it.
struct Compared {
  std::string first;
  std::string second;
  const v1::Split* split;
};

std::vector<Compared> ComparedPairs(const v1::Estimate& estimate,
                                    const std::string& first,
                                    const std::string& second) {
  std::vector<Compared> pairs;
  for (const v1::Split& split : estimate.splits()) {
    if (first.empty()) {
      pairs.push_back({split.first(), split.second(), &split});
    } else if ((split.first() == first && split.second() == second) ||
               (split.first() == second && split.second() == first)) {
      pairs.push_back({first, second, &split});
    }
  }
  if (pairs.empty() && !first.empty()) {
    pairs.push_back({first, second, nullptr});
  }
  return pairs;
}

// The part of a split as an effect of the pair, in its orientation.
v1::RelativeEffect PartOf(const v1::Split::Part& part, const Compared& pair) {
  const bool is_turned = pair.split->first() != pair.first;
  const double sign = is_turned ? -1 : 1;
  v1::RelativeEffect effect;
  effect.set_first(pair.first);
  effect.set_second(pair.second);
  effect.set_effect(sign * part.effect());
  effect.set_se(part.se());
  if (part.has_z()) effect.set_z(sign * part.z());
  if (part.has_p()) effect.set_p(part.p());
  if (part.has_lower() && part.has_upper()) {
    effect.set_lower(sign * (is_turned ? part.upper() : part.lower()));
    effect.set_upper(sign * (is_turned ? part.lower() : part.upper()));
  } else {
    effect.set_no_interval("its ends are beyond the range of numbers");
  }
  return effect;
}

// The rows of one comparison, for the picture and as data.
class SplitRows {
 public:
  SplitRows(const v1::Estimate& estimate, const Subject& subject,
            ForestTable* table, std::vector<EffectRow>* rows)
      : estimate_(estimate), subject_(subject), table_(table), rows_(rows) {}

  void Add(const Compared& pair) {
    AddHeading(pair);
    const v1::Split* split = pair.split;
    if (split == nullptr) {
      AddReason(pair, "Direct", "no study compares the two");
    } else {
      AddEffect(pair, "Direct", PartOf(split->direct(), pair), kOrange);
    }
    const auto network = review::Compare(estimate_, cli::Model::kRandom,
                                         pair.first, pair.second);
    if (split == nullptr) {
      if (network.ok()) AddEffect(pair, "Indirect", *network, kGreen);
    } else if (split->has_indirect()) {
      AddEffect(pair, "Indirect", PartOf(split->indirect(), pair), kGreen);
    } else {
      AddReason(pair, "Indirect", split->no_indirect());
    }
    if (network.ok()) AddEffect(pair, "Network", *network, kBlue);
  }

 private:
  void AddHeading(const Compared& pair) {
    EffectRow row;
    row.is_heading = true;
    row.label = absl::StrCat(subject_.NameOf(pair.first), " versus ",
                             subject_.NameOf(pair.second));
    if (pair.split != nullptr) {
      absl::StrAppend(&row.label, " (", pair.split->studies(),
                      pair.split->studies() == 1 ? " study)" : " studies)");
      if (pair.split->difference().has_p()) {
        row.last = cli::ShownPValue(pair.split->difference().p());
      }
    }
    rows_->push_back(std::move(row));
  }

  void AddEffect(const Compared& pair, const std::string& part,
                 const v1::RelativeEffect& effect, const char* color) {
    EffectRow row;
    row.label = part;
    row.effect = effect;
    row.color = color;
    row.marker = part == "Network"    ? Marker::kDiamond
                 : part == "Indirect" ? Marker::kCircle
                                      : Marker::kSquare;
    row.numbers = NumbersOf(estimate_, effect);
    rows_->push_back(std::move(row));
    table_->Add(effect, Further(pair, part, ""));
  }

  void AddReason(const Compared& pair, const std::string& part,
                 const std::string& reason) {
    EffectRow row;
    row.label = part;
    row.reason = reason;
    rows_->push_back(std::move(row));
    table_->AddWithout(pair.first, pair.second, Further(pair, part, reason));
  }

  static std::vector<Cell> Further(const Compared& pair,
                                   const std::string& part,
                                   const std::string& reason) {
    const v1::Split none;
    const v1::Split& split = pair.split == nullptr ? none : *pair.split;
    return {
        cli::Text(part), cli::Integer(split.studies()),
        cli::OptionalNumber(split.has_direct_share(), split.direct_share()),
        cli::OptionalPValue(split.difference().has_p(), split.difference().p()),
        cli::Text(reason)};
  }

  const v1::Estimate& estimate_;
  const Subject& subject_;
  ForestTable* const table_;
  std::vector<EffectRow>* const rows_;
};

}  // namespace

Figure DrawForest(const v1::Estimate& estimate, const Subject& subject,
                  const std::string& reference) {
  const std::string versus = subject.NameOf(reference);
  ForestTable table(estimate, subject, {"p_score", "reason"});
  VersusRows rows(estimate, subject, reference, &table);
  EffectPanelText text = PanelText(estimate, subject, "treatment", versus);
  text.labels = absl::StrCat("Treatment versus ", versus);
  text.last = "P-score";
  const EffectPanel panel(std::move(text), rows.rows(),
                          cli::IsRatio(estimate.effect_measure()),
                          subject.thresholds);
  std::vector<std::string> notes = NotesBelow(estimate, subject, kSquares);
  for (const std::string& reason : rows.no_interval()) {
    notes.push_back(absl::StrCat("No interval: ", reason, "."));
  }
  const std::string rule =
      RuleOf(estimate, absl::StrCat("treatment minus ", versus));
  return FigureOf(
      panel,
      {"forest",
       absl::StrCat(subject.title, ": every treatment versus ", versus),
       absl::StrCat("Forest plot, network meta-analysis with random effects. ",
                    rule),
       "", table.Csv()},
      {absl::StrCat("Network meta-analysis, random effects, ",
                    cli::ShownLevel(estimate.level()), " intervals."),
       rule,
       absl::StrCat("Sorted by P-score, the best first; ", versus, " has ",
                    cli::ShownNumber(PScoreOf(estimate, reference)), ".")},
      std::move(notes));
}

Figure DrawSplitForest(const v1::Estimate& estimate, const Subject& subject,
                       const std::string& first, const std::string& second) {
  ForestTable table(
      estimate, subject,
      {"evidence", "studies", "direct_share", "p_difference", "reason"});
  std::vector<EffectRow> rows;
  SplitRows split_rows(estimate, subject, &table, &rows);
  for (const Compared& pair : ComparedPairs(estimate, first, second)) {
    split_rows.Add(pair);
  }
  const bool is_of_one = !first.empty();
  EffectPanelText text =
      PanelText(estimate, subject, is_of_one ? subject.NameOf(first) : "first",
                is_of_one ? subject.NameOf(second) : "second");
  text.labels = "Evidence";
  text.last = "p";
  const EffectPanel panel(std::move(text), std::move(rows),
                          cli::IsRatio(estimate.effect_measure()),
                          subject.thresholds);
  const std::string rule = RuleOf(estimate, "first minus second");
  return FigureOf(
      panel,
      {"forest-evidence",
       absl::StrCat(subject.title, ": direct, indirect and network evidence",
                    first.empty()
                        ? ""
                        : absl::StrCat(", ", subject.NameOf(first), " versus ",
                                       subject.NameOf(second))),
       absl::StrCat("Forest plot of direct, indirect and network evidence, "
                    "random effects. ",
                    rule),
       "", table.Csv()},
      {absl::StrCat("Random effects, ", cli::ShownLevel(estimate.level()),
                    " intervals; indirect evidence by back-calculation."),
       rule,
       "p: of the difference between direct and indirect evidence, two-sided."},
      NotesBelow(estimate, subject,
                 "Squares: direct evidence, area proportional to its precision "
                 "(1/SE²). Circles: indirect. Diamonds: the network, which "
                 "has both. Thick line: confidence interval; thin line with "
                 "end marks: prediction interval."));
}

}  // namespace tidemark::report
