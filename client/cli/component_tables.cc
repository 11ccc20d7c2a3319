#include "client/cli/component_tables.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/model_tables.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

const v1::ComponentEstimates& EstimatesUnder(const v1::ComponentModel& fit,
                                             Model model) {
  return model == Model::kCommon ? fit.common() : fit.random();
}

template <typename Names>
std::string TermName(const Names& components) {
  return absl::StrJoin(components, "*");
}

// `adipose + repeated`.
std::string CombinationName(const v1::TermCombination& combination) {
  std::string name;
  for (const auto& part : combination.parts()) {
    const double size = std::abs(part.coefficient());
    const char* sign = part.coefficient() < 0 ? (name.empty() ? "-" : " - ")
                                              : (name.empty() ? "" : " + ");
    absl::StrAppend(&name, sign,
                    size == 1 ? "" : absl::StrCat(ShownNumber(size), " "),
                    TermName(part.components()));
  }
  return name;
}

std::string RuleOf(const v1::Estimate& estimate) {
  return SignRule("with the component minus without it",
                  estimate.effect_measure(), estimate.small_values_desirable());
}

}  // namespace

Table ComponentsTable(const v1::Estimate& estimate, Model model) {
  const v1::ComponentModel& fit = estimate.component_model();
  const v1::ComponentEstimates& estimates = EstimatesUnder(fit, model);
  const std::string rule = RuleOf(estimate);
  Table table = {absl::StrCat("Components, ", ModelName(model), "; ", rule),
                 {{"component"}},
                 {}};
  for (Column& column : CoefficientColumns(estimate)) {
    table.columns.push_back(std::move(column));
  }
  const auto add = [&](const std::string& name,
                       const v1::Coefficient* coefficient,
                       const std::string& why_none) {
    std::vector<Cell> row = {Text(name)};
    for (Cell& cell : CoefficientCells(estimate, rule, coefficient, why_none)) {
      row.push_back(std::move(cell));
    }
    table.rows.push_back(std::move(row));
  };
  for (int i = 0; i < fit.terms_size(); ++i) {
    const v1::TermEstimate& term = estimates.terms(i);
    add(TermName(fit.terms(i).components()),
        term.has_estimate() ? &term.estimate() : nullptr,
        fit.terms(i).not_identified());
  }
  for (int i = 0; i < fit.combinations_size(); ++i) {
    add(CombinationName(fit.combinations(i)), &estimates.combinations(i), "");
  }
  return table;
}

void PrintComponents(const v1::Estimate& estimate, Model model,
                     Output& output) {
  const v1::ComponentModel& fit = estimate.component_model();
  if (!fit.not_estimable().empty()) {
    return output.Tell(
        absl::StrCat("No component model: ", fit.not_estimable()));
  }
  output.Print(ComponentsTable(estimate, model));
  TellGroups(fit.comparable(), output);
  if (!output.is_table()) {
    return output.Tell(
        "Rows hold components only; effects of treatments are in --output "
        "json.");
  }
  output.Remark("");
  output.Print(ModelComparisonsTable(
      estimate,
      absl::StrCat("Treatments as sums of components, ", ModelName(model)),
      EstimatesUnder(fit, model).relative_effects()));
  output.Remark("");
  output.Remark(ShownHeterogeneity(estimate, fit.heterogeneity()));
  output.Remark(
      fit.df_difference() == 0
          ? "the sums say no less than the network: nothing to test"
          : absl::StrCat("beyond the sums (against the network, common "
                         "effect): Q ",
                         ShownNumber(fit.q_difference()), " on ",
                         fit.df_difference(), " df, p ",
                         ShownPValue(fit.p_difference())));
}

}  // namespace tidemark::cli
