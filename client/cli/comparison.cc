#include "client/cli/comparison.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

// Of the effect in a new study; ratios as ratios.
std::string ShownPrediction(const v1::RelativeEffect& effect, bool ratio) {
  if (!effect.has_predict_lower()) return "";
  const auto shown = [ratio](double bound) {
    return ShownNumber(ratio ? std::exp(bound) : bound);
  };
  return absl::StrCat("[", shown(effect.predict_lower()), ", ",
                      shown(effect.predict_upper()), "]");
}

}  // namespace

absl::StatusOr<Model> ModelOf(const std::string& name) {
  if (name == "random") return Model::kRandom;
  if (name == "common") return Model::kCommon;
  return UsageError(
      absl::StrCat("--model is random or common, not `", name, "`"));
}

std::string ScaleName(const v1::Estimate& estimate) {
  return absl::StrCat(IsRatio(estimate.effect_measure()) ? "log " : "",
                      v1::EffectMeasure::Code_Name(estimate.effect_measure()));
}

std::string SignRule(const v1::Estimate& estimate) {
  return SignRule("first minus second", estimate.effect_measure(),
                  estimate.small_values_desirable());
}

std::string SignRule(absl::string_view difference,
                     v1::EffectMeasure::Code measure,
                     bool small_values_desirable) {
  return absl::StrCat(
      difference, IsRatio(measure) ? " on the log scale; " : "; ",
      v1::EffectMeasure::Code_Name(measure), "; ",
      small_values_desirable ? "lower" : "higher", " is better");
}

void AddSignColumns(const v1::Estimate& estimate, const std::string& rule,
                    Table* table) {
  table->columns.push_back({"measure", Column::For::kRows});
  table->columns.push_back({"rule", Column::For::kRows});
  for (std::vector<Cell>& row : table->rows) {
    row.push_back(
        Text(v1::EffectMeasure::Code_Name(estimate.effect_measure())));
    row.push_back(Text(rule));
  }
}

std::vector<Column> ComparisonColumns(const v1::Estimate& estimate) {
  using For = Column::For;
  const std::string measure =
      v1::EffectMeasure::Code_Name(estimate.effect_measure());
  const bool ratio = IsRatio(estimate.effect_measure());
  std::vector<Column> columns = {
      {"first"}, {"second"}, {ScaleName(estimate), For::kTables}};
  if (ratio) columns.push_back({measure, For::kTables});
  columns.push_back({"interval", For::kTables});
  columns.push_back({absl::StrCat("predicted ", measure), For::kTables});
  for (const char* name : {"measure", "effect", "lower", "upper", "ratio",
                           "ratio_lower", "ratio_upper", "se"}) {
    columns.push_back({name, For::kRows});
  }
  columns.push_back({"p"});
  columns.push_back({"rule", For::kRows});
  columns.push_back({"predict_lower", For::kRows});
  columns.push_back({"predict_upper", For::kRows});
  return columns;
}

std::vector<Cell> ComparisonCells(const v1::Estimate& estimate,
                                  const v1::RelativeEffect& effect) {
  std::vector<Cell> cells = {Text(effect.first()), Text(effect.second()),
                             Text(Shown(effect))};
  const bool ratio = IsRatio(estimate.effect_measure());
  if (ratio) cells.push_back(Text(ShownRatio(effect)));
  cells.push_back(Text(Reading(estimate, effect)));
  cells.push_back(Text(ShownPrediction(effect, ratio)));
  cells.push_back(
      Text(v1::EffectMeasure::Code_Name(estimate.effect_measure())));
  AddNumbers(&effect, cells);
  AddRatios(estimate.effect_measure(), &effect, cells);
  cells.push_back(Number(effect.se()));
  cells.push_back(OptionalPValue(effect.has_p(), effect.p()));
  cells.push_back(Text(SignRule(estimate)));
  cells.push_back(
      OptionalNumber(effect.has_predict_lower(), effect.predict_lower()));
  cells.push_back(
      OptionalNumber(effect.has_predict_upper(), effect.predict_upper()));
  return cells;
}

void AddNumbers(const v1::RelativeEffect* effect, std::vector<Cell>& cells) {
  if (effect == nullptr) {
    cells.insert(cells.end(), 3, Text(""));
    return;
  }
  cells.push_back(Number(effect->effect()));
  cells.push_back(OptionalNumber(effect->has_lower(), effect->lower()));
  cells.push_back(OptionalNumber(effect->has_upper(), effect->upper()));
}

void AddRatios(v1::EffectMeasure::Code measure,
               const v1::RelativeEffect* effect, std::vector<Cell>& cells) {
  if (effect == nullptr || !IsRatio(measure)) {
    cells.insert(cells.end(), 3, Text(""));
    return;
  }
  const auto ratio = [](bool has, double log) {
    return OptionalNumber(has, std::exp(log));
  };
  cells.push_back(ratio(true, effect->effect()));
  cells.push_back(ratio(effect->has_lower(), effect->lower()));
  cells.push_back(ratio(effect->has_upper(), effect->upper()));
}

absl::StatusOr<v1::RelativeEffect> FindComparison(const v1::Estimate& estimate,
                                                  Model model,
                                                  const std::string& first,
                                                  const std::string& second) {
  if (!estimate.not_estimable().empty()) {
    return NotEstimableError(
        absl::StrCat("not estimable: ", estimate.not_estimable()));
  }
  auto effect = review::Compare(estimate, model, first, second);
  if (absl::IsFailedPrecondition(effect.status())) {
    return NotEstimableError(effect.status().message());
  }
  return effect;
}

absl::Status CheckComparison(const std::string& first,
                             const std::string& second) {
  if (first != second) return absl::OkStatus();
  return UsageError(
      absl::StrCat("`", first, "` cannot be compared with itself"));
}

absl::Status CheckOneComparison(const std::string& first,
                                const std::string& second) {
  if (first.empty() != second.empty()) {
    return UsageError("a comparison needs two treatments: FIRST SECOND");
  }
  return first.empty() ? absl::OkStatus() : CheckComparison(first, second);
}

std::string Reading(const v1::Estimate& estimate,
                    const v1::RelativeEffect& effect) {
  if (!effect.has_lower()) {
    return absl::StrCat("no interval: ", effect.no_interval());
  }
  if (!ExcludesNoDifference(effect)) return "includes no difference";
  const bool first_is_larger = effect.lower() > 0;
  const bool first_is_better =
      first_is_larger != estimate.small_values_desirable();
  return absl::StrCat("favours ",
                      first_is_better ? effect.first() : effect.second());
}

std::string Shown(const v1::RelativeEffect& effect) {
  if (!effect.has_lower()) return ShownNumber(effect.effect());
  return ShownInterval(effect.effect(), effect.lower(), effect.upper());
}

std::string ShownRatio(const v1::RelativeEffect& effect) {
  // Ratios have no one scale for their digits: each bound has its own.
  std::string ratio = ShownNumber(std::exp(effect.effect()));
  if (!effect.has_lower()) return ratio;
  return absl::StrCat(ratio, " [", ShownNumber(std::exp(effect.lower())), ", ",
                      ShownNumber(std::exp(effect.upper())), "]");
}

}  // namespace tidemark::cli
