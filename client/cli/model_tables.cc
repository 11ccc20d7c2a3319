#include "client/cli/model_tables.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

v1::RelativeEffect AsRelative(const v1::Coefficient& coefficient) {
  v1::RelativeEffect effect;
  effect.set_effect(coefficient.effect());
  if (coefficient.has_lower()) effect.set_lower(coefficient.lower());
  if (coefficient.has_upper()) effect.set_upper(coefficient.upper());
  return effect;
}

std::string NoteOf(const v1::Coefficient* coefficient,
                   const std::string& why_none) {
  if (coefficient == nullptr) return why_none;
  if (coefficient->no_interval().empty()) return "";
  return absl::StrCat("no interval: ", coefficient->no_interval());
}

}  // namespace

std::vector<Column> CoefficientColumns(const v1::Estimate& estimate) {
  using For = Column::For;
  std::vector<Column> columns = {{ScaleName(estimate), For::kTables}};
  if (IsRatio(estimate.effect_measure())) {
    columns.push_back({v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                       For::kTables});
  }
  for (const char* name : {"measure", "effect", "lower", "upper", "ratio",
                           "ratio_lower", "ratio_upper", "se"}) {
    columns.push_back({name, For::kRows});
  }
  columns.push_back({"p"});
  columns.push_back({"rule", For::kRows});
  columns.push_back({"note"});
  return columns;
}

std::vector<Cell> CoefficientCells(const v1::Estimate& estimate,
                                   const std::string& rule,
                                   const v1::Coefficient* coefficient,
                                   const std::string& why_none) {
  const bool has = coefficient != nullptr;
  const v1::RelativeEffect effect =
      has ? AsRelative(*coefficient) : v1::RelativeEffect();
  const v1::RelativeEffect* const given = has ? &effect : nullptr;
  std::vector<Cell> cells = {Text(has ? Shown(effect) : "not estimable")};
  if (IsRatio(estimate.effect_measure())) {
    cells.push_back(Text(has ? ShownRatio(effect) : ""));
  }
  cells.push_back(
      Text(v1::EffectMeasure::Code_Name(estimate.effect_measure())));
  AddNumbers(given, cells);
  AddRatios(estimate.effect_measure(), given, cells);
  cells.push_back(has ? Number(coefficient->se()) : Text(""));
  cells.push_back(has && coefficient->has_p() ? PValue(coefficient->p())
                                              : Text(""));
  cells.push_back(Text(rule));
  cells.push_back(Text(NoteOf(coefficient, why_none)));
  return cells;
}

Table ModelComparisonsTable(
    const v1::Estimate& estimate, const std::string& title,
    const google::protobuf::RepeatedPtrField<v1::RelativeEffect>& effects) {
  Table table = {absl::StrCat(title, "; ", SignRule(estimate)),
                 ComparisonColumns(estimate),
                 {}};
  for (const v1::RelativeEffect& effect : effects) {
    table.rows.push_back(ComparisonCells(estimate, effect));
  }
  return table;
}

std::string ShownHeterogeneity(const v1::Estimate& estimate,
                               const v1::ResidualHeterogeneity& heterogeneity) {
  std::string shown = absl::StrCat("tau2 ", ShownNumber(heterogeneity.tau2()));
  if (heterogeneity.has_tau2_q_profile()) {
    absl::StrAppend(&shown, " [",
                    ShownNumber(heterogeneity.tau2_q_profile().lower()), ", ",
                    ShownNumber(heterogeneity.tau2_q_profile().upper()), "]");
  }
  absl::StrAppend(
      &shown, " (", v1::Tau2Method::Code_Name(estimate.tau2_method()), "), Q ",
      ShownNumber(heterogeneity.q()), " on ", heterogeneity.df(), " df");
  if (heterogeneity.has_p_q()) {
    absl::StrAppend(&shown, ", p ", ShownPValue(heterogeneity.p_q()));
  }
  absl::StrAppendFormat(&shown, ", I2 %.1f%%", 100 * heterogeneity.i2());
  return shown;
}

void TellGroups(
    const google::protobuf::RepeatedPtrField<v1::ComparableTreatments>& groups,
    Output& output) {
  if (groups.size() < 2) return;
  std::vector<std::string> texts;
  for (const v1::ComparableTreatments& group : groups) {
    texts.push_back(absl::StrJoin(group.treatments(), ", "));
  }
  output.Tell(absl::StrCat("The model compares treatments only within: ",
                           absl::StrJoin(texts, "; ")));
}

}  // namespace tidemark::cli
