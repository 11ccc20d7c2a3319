#include "client/cli/model_tables.h"

#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

std::optional<double> Given(bool has, double value) {
  return has ? std::optional<double>(value) : std::nullopt;
}

std::string MeasureName(const v1::Estimate& estimate) {
  return v1::EffectMeasure::Code_Name(estimate.effect_measure());
}

std::string Shown(const v1::Coefficient& coefficient) {
  if (!coefficient.has_lower()) return ShownNumber(coefficient.effect());
  return ShownInterval(coefficient.effect(), coefficient.lower(),
                       coefficient.upper());
}

std::string ShownRatio(const v1::Coefficient& coefficient) {
  std::string ratio = ShownNumber(std::exp(coefficient.effect()));
  if (!coefficient.has_lower()) return ratio;
  return absl::StrCat(ratio, " [", ShownNumber(std::exp(coefficient.lower())),
                      ", ", ShownNumber(std::exp(coefficient.upper())), "]");
}

}  // namespace

std::vector<Column> CoefficientColumns(const v1::Estimate& estimate) {
  using For = Column::For;
  const std::string measure = MeasureName(estimate);
  const bool ratio = IsRatio(estimate.effect_measure());
  std::vector<Column> columns = {
      {ratio ? absl::StrCat("log ", measure) : measure, For::kTables}};
  if (ratio) columns.push_back({measure, For::kTables});
  for (const char* name : {"measure", "effect", "lower", "upper", "se"}) {
    columns.push_back({name, For::kRows});
  }
  columns.push_back({"p"});
  columns.push_back({"note"});
  return columns;
}

std::vector<Cell> CoefficientCells(const v1::Estimate& estimate,
                                   const v1::Coefficient* coefficient,
                                   const std::string& why_none) {
  const bool ratio = IsRatio(estimate.effect_measure());
  if (coefficient == nullptr) {
    std::vector<Cell> cells(ratio ? 8 : 7, Text(""));
    cells[0] = Text("not estimable");
    cells.push_back(Text(why_none));
    return cells;
  }
  std::vector<Cell> cells = {Text(Shown(*coefficient))};
  if (ratio) cells.push_back(Text(ShownRatio(*coefficient)));
  cells.push_back(Text(MeasureName(estimate)));
  cells.push_back(Number(coefficient->effect()));
  cells.push_back(
      OptionalNumber(Given(coefficient->has_lower(), coefficient->lower())));
  cells.push_back(
      OptionalNumber(Given(coefficient->has_upper(), coefficient->upper())));
  cells.push_back(Number(coefficient->se()));
  cells.push_back(coefficient->has_p() ? PValue(coefficient->p()) : Text(""));
  cells.push_back(
      Text(coefficient->no_interval().empty()
               ? ""
               : absl::StrCat("no interval: ", coefficient->no_interval())));
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
