#include "client/cli/influence_tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/number_format.h"
#include "review/conclusions.h"

namespace tidemark::cli {
namespace {

// The comparison that shifts most; none if one has no estimate.
const v1::EffectWithout* LargestShift(const v1::WithoutStudy& study) {
  const v1::EffectWithout* largest = nullptr;
  for (const v1::EffectWithout& effect : study.effects()) {
    if (!effect.has_effect()) return nullptr;
    if (largest == nullptr ||
        std::abs(effect.shift()) > std::abs(largest->shift())) {
      largest = &effect;
    }
  }
  return largest;
}

double InfluenceOf(const v1::WithoutStudy& study) {
  const v1::EffectWithout* const largest = LargestShift(study);
  return largest == nullptr ? HUGE_VAL : std::abs(largest->shift());
}

// Without the study the component may fall apart, each part with its own tau².
Cell Tau2Of(const v1::WithoutStudy& study) {
  if (study.rest_size() == 1) return Number(study.rest(0).tau2());
  std::vector<std::string> shown;
  for (const v1::RestOfComponent& part : study.rest()) {
    shown.push_back(ShownNumber(part.tau2()));
  }
  return {absl::StrJoin(shown, ", "), "", false};
}

// Why something has no estimate.
std::string NoteOf(const v1::WithoutStudy& study) {
  if (!study.not_estimable().empty()) return study.not_estimable();
  if (!study.treatments_lost().empty()) {
    return absl::StrCat("no other study has ",
                        absl::StrJoin(study.treatments_lost(), ", "));
  }
  if (study.rest_size() > 1) return "the others fall apart";
  return "";
}

bool FollowsOne(const v1::Estimate& estimate) {
  return estimate.leave_one_out().effects_size() == 1;
}

std::vector<Column> EffectColumns(const v1::Estimate& estimate) {
  using For = Column::For;
  std::vector<Column> columns = {{"study"}, {"first"}, {"second"}};
  if (FollowsOne(estimate)) {
    columns[1].shown_in = columns[2].shown_in = For::kRows;
  }
  columns.push_back(
      {absl::StrCat(ScaleName(estimate), " without it"), For::kTables});
  if (IsRatio(estimate.effect_measure())) {
    columns.push_back(
        {absl::StrCat(v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                      " without it"),
         For::kTables});
  }
  for (const char* name : {"effect", "lower", "upper", "ratio", "ratio_lower",
                           "ratio_upper", "se"}) {
    columns.push_back({name, For::kRows});
  }
  columns.push_back({"change"});
  columns.push_back({"change_in_se"});
  for (const char* name : {"precision_share", "effect_fixed_tau2",
                           "se_fixed_tau2", "effect_common", "se_common"}) {
    columns.push_back({name, For::kRows});
  }
  return columns;
}

// Empty but for the study if there is no one comparison to show.
std::vector<Cell> EffectCells(const v1::Estimate& estimate,
                              const v1::WithoutStudy& study,
                              const v1::EffectWithout* without) {
  static const auto* const kNone = new v1::EffectWithout;
  if (without == nullptr) without = kNone;
  const bool has = without->has_effect();
  const v1::RelativeEffect effect = AsRelative(*without);
  const v1::RelativeEffect* const given = has ? &effect : nullptr;
  std::vector<Cell> cells = {Text(study.study()), Text(without->first()),
                             Text(without->second()),
                             Text(has ? Shown(effect) : "none")};
  if (IsRatio(estimate.effect_measure())) {
    cells.push_back(Text(has ? ShownRatio(effect) : "none"));
  }
  AddNumbers(given, cells);
  AddRatios(estimate.effect_measure(), given, cells);
  const auto add = [&cells](bool is_given, double value) {
    cells.push_back(OptionalNumber(is_given, value));
  };
  add(has, without->se());
  add(has, without->change());
  add(without->has_shift(), without->shift());
  add(without != kNone, without->precision_share());
  add(without->has_effect_fixed_tau2(), without->effect_fixed_tau2());
  add(without->has_se_fixed_tau2(), without->se_fixed_tau2());
  add(without->has_effect_common(), without->effect_common());
  add(without->has_se_common(), without->se_common());
  return cells;
}

// What is left of the network: for people tau² and I².
void AddRestColumns(Table* table) {
  using For = Column::For;
  table->columns.push_back({"tau2"});
  table->columns.push_back({"i2"});
  for (const char* name : {"q", "df", "p_q", "q_between", "df_between",
                           "p_between", "q_contribution"}) {
    table->columns.push_back({name, For::kRows});
  }
}

void AddRest(const v1::WithoutStudy& study, std::vector<Cell>* row) {
  if (!study.not_estimable().empty()) {
    row->insert(row->end(), 9, Text(""));
    return;
  }
  row->push_back(Tau2Of(study));
  row->push_back(Number(study.i2()));
  row->push_back(Number(study.q()));
  row->push_back(Integer(study.df()));
  row->push_back(OptionalPValue(study.has_p_q(), study.p_q()));
  row->push_back(Number(study.q_between()));
  row->push_back(Integer(study.df_between()));
  row->push_back(OptionalPValue(study.has_p_between(), study.p_between()));
  row->push_back(Number(study.q_contribution()));
}

// How far the study is from the others: for people the p-value of its distance.
void AddDistanceColumns(Table* table) {
  using For = Column::For;
  for (const char* name :
       {"cooks_distance", "covariance_ratio", "leverage", "leverage_common",
        "residual", "distance", "df_distance"}) {
    table->columns.push_back({name, For::kRows});
  }
  table->columns.push_back({"p_distance"});
}

void AddDistance(const v1::WithoutStudy& study, std::vector<Cell>* row) {
  row->push_back(
      OptionalNumber(study.has_cooks_distance(), study.cooks_distance()));
  row->push_back(
      OptionalNumber(study.has_covariance_ratio(), study.covariance_ratio()));
  row->push_back(Number(study.leverage()));
  row->push_back(Number(study.leverage_common()));
  row->push_back(OptionalNumber(study.has_residual(), study.residual()));
  row->push_back(OptionalNumber(study.has_distance(), study.distance()));
  row->push_back(study.has_df_distance() ? Integer(study.df_distance())
                                         : Text(""));
  row->push_back(OptionalPValue(study.has_p_distance(), study.p_distance()));
}

// A P-score and a mean rank for each treatment of the estimate, for programs.
void AddRankColumns(const v1::Estimate& estimate, Table* table) {
  for (const std::string& treatment : estimate.treatments()) {
    for (const char* part : {"_p_score", "_mean_rank"}) {
      table->columns.push_back(
          {absl::StrCat(treatment, part), Column::For::kRows});
    }
  }
}

void AddRanks(const v1::Estimate& estimate, const v1::WithoutStudy& study,
              std::vector<Cell>* row) {
  std::map<std::string, const v1::RankWithout*> ranks;
  for (const v1::RankWithout& rank : study.ranks()) {
    ranks[rank.treatment()] = &rank;
  }
  for (const std::string& treatment : estimate.treatments()) {
    const auto found = ranks.find(treatment);
    const bool has = found != ranks.end();
    row->push_back(has ? Number(found->second->p_score()) : Text(""));
    row->push_back(has ? Number(found->second->mean_rank()) : Text(""));
  }
}

std::string TitleOf(const v1::Estimate& estimate) {
  std::string title =
      "Without each study, random effects, tau2 estimated anew; ";
  if (FollowsOne(estimate)) {
    const v1::RelativeEffect& effect = estimate.leave_one_out().effects(0);
    absl::StrAppend(&title, effect.first(), " versus ", effect.second(),
                    ", with all studies ", ScaleName(estimate), " ",
                    Shown(effect));
    if (IsRatio(estimate.effect_measure())) {
      absl::StrAppend(&title, ", ",
                      v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                      " ", ShownRatio(effect));
    }
    absl::StrAppend(&title, "; ");
  } else {
    absl::StrAppend(&title,
                    "the comparison with the reference that shifts most; ");
  }
  return absl::StrCat(title, "change = ", ScaleName(estimate),
                      " without less with; ", SignRule(estimate));
}

// Of a comparison that is followed, first and second as there.
v1::ClassChange OrientedAsFollowed(const v1::Estimate& estimate,
                                   v1::ClassChange change) {
  for (const v1::RelativeEffect& followed :
       estimate.leave_one_out().effects()) {
    if (followed.first() != change.before().second() ||
        followed.second() != change.before().first()) {
      continue;
    }
    *change.mutable_before() = review::Reversed(change.before());
    *change.mutable_after() = review::Reversed(change.after());
    break;
  }
  return change;
}

}  // namespace

std::vector<const v1::WithoutStudy*> ByInfluence(const v1::Estimate& estimate) {
  std::vector<const v1::WithoutStudy*> studies;
  for (const v1::WithoutStudy& study : estimate.leave_one_out().studies()) {
    studies.push_back(&study);
  }
  std::stable_sort(studies.begin(), studies.end(),
                   [](const auto* a, const auto* b) {
                     return InfluenceOf(*a) > InfluenceOf(*b);
                   });
  return studies;
}

v1::RelativeEffect AsRelative(const v1::EffectWithout& without) {
  v1::RelativeEffect effect;
  effect.set_effect(without.effect());
  if (without.has_lower()) effect.set_lower(without.lower());
  if (without.has_upper()) effect.set_upper(without.upper());
  return effect;
}

Table InfluenceTable(const v1::Estimate& estimate) {
  Table table{TitleOf(estimate), EffectColumns(estimate), {}};
  AddRestColumns(&table);
  AddDistanceColumns(&table);
  for (const char* name : {"class_changes", "leads", "note"}) {
    table.columns.push_back({name});
  }
  AddRankColumns(estimate, &table);
  for (const v1::WithoutStudy* study : ByInfluence(estimate)) {
    const v1::EffectWithout* effect = LargestShift(*study);
    if (FollowsOne(estimate) && study->effects_size() == 1) {
      effect = &study->effects(0);
    }
    std::vector<Cell> row = EffectCells(estimate, *study, effect);
    AddRest(*study, &row);
    AddDistance(*study, &row);
    const bool estimable = study->not_estimable().empty();
    row.push_back(estimable ? Integer(study->class_changes_total()) : Text(""));
    row.push_back(Text(absl::StrJoin(study->leaders(), ", ")));
    row.push_back(Text(NoteOf(*study)));
    AddRanks(estimate, *study, &row);
    table.rows.push_back(std::move(row));
  }
  AddSignColumns(estimate, SignRule(estimate), &table);
  return table;
}

Table ChangesTable(const v1::Estimate& estimate) {
  Table table{"What is concluded otherwise without a study",
              {{"without"}, {"what"}, {"with all studies"}, {"without it"}},
              {}};
  v1::Conclusions thresholds;
  *thresholds.mutable_thresholds() = estimate.leave_one_out().thresholds();
  const std::vector<std::string> leaders = review::Leaders(estimate);
  for (const v1::WithoutStudy* study : ByInfluence(estimate)) {
    if (study->leaders_changed()) {
      table.rows.push_back({Text(study->study()), Text("highest P-score"),
                            Text(absl::StrJoin(leaders, ", ")),
                            Text(absl::StrJoin(study->leaders(), ", "))});
    }
    for (const v1::ClassChange& as_given : study->class_changes()) {
      const v1::ClassChange change = OrientedAsFollowed(estimate, as_given);
      table.rows.push_back(
          {Text(study->study()),
           Text(absl::StrCat(change.before().first(), " versus ",
                             change.before().second())),
           Text(ShownConclusion(change.before(), thresholds)),
           Text(ShownConclusion(change.after(), thresholds))});
    }
    const int more = study->class_changes_total() - study->class_changes_size();
    if (more > 0) {
      table.rows.push_back({Text(study->study()),
                            Text(absl::StrCat(more, " more comparisons")),
                            Text(""), Text("")});
    }
  }
  return table;
}

void PrintInfluence(const v1::Estimate& estimate, Output& output) {
  output.Print(InfluenceTable(estimate));
  output.Remark(
      "p_distance: whether the study differs from what the others predict. Q, "
      "leverage, Cook's distance, P-scores, and effects with tau2 held or "
      "common are in --output csv.");
  const Table changes = ChangesTable(estimate);
  if (changes.rows.empty()) return;
  if (output.is_table()) {
    output.Remark("");
    output.Print(changes);
  } else {
    output.Tell("Rows count changes of classes; they are in --output json.");
  }
}

}  // namespace tidemark::cli
