#include "client/cli/regression_tables.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/model_tables.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

const v1::RegressionEstimates& EstimatesUnder(const v1::MetaRegression& fit,
                                              Model model) {
  return model == Model::kCommon ? fit.common() : fit.random();
}

// `cells_per_injection of single_msc`.
std::string CovariateName(const v1::MetaRegression& fit) {
  const v1::Covariate& covariate = fit.covariate();
  return covariate.node().empty()
             ? covariate.name()
             : absl::StrCat(covariate.name(), " of ", covariate.node());
}

void TellLeftOut(const v1::MetaRegression& fit, Output& output) {
  for (const v1::StudyWithoutCovariate& study : fit.left_out()) {
    output.Tell(absl::StrCat("Left out of the regression: ", study.study(),
                             ": ", study.reason()));
  }
}

void RemarkFit(const v1::Estimate& estimate, const v1::MetaRegression& fit,
               Output& output) {
  output.Remark(absl::StrCat(fit.studies_size(), " studies with values of ",
                             ShownNumber(fit.smallest()), " to ",
                             ShownNumber(fit.largest()), ", centre ",
                             ShownNumber(fit.centre()), " (",
                             fit.log10() ? "geometric " : "", "mean)"));
  if (fit.at() < fit.smallest() || fit.at() > fit.largest()) {
    output.Remark(absl::StrCat("Effects at ", ShownNumber(fit.at()),
                               " are extrapolated: no study is there."));
  }
  output.Remark(ShownHeterogeneity(estimate, fit.heterogeneity()));
  output.Remark(absl::StrCat(
      "same studies without the covariate: ",
      ShownHeterogeneity(estimate, fit.without_covariate()),
      fit.has_explained()
          ? absl::StrFormat("; explained %.1f%% of tau2", 100 * fit.explained())
          : ""));
  if (fit.slopes() == v1::MetaRegressionSpec::COMMON) {
    output.Remark(absl::StrCat("One slope for all versus ", fit.reference(),
                               ": with another reference the model, and what "
                               "it says, are others."));
  }
}

// `change of first minus second per 1 of year; MD; lower is better`.
std::string RuleOf(const v1::Estimate& estimate,
                   const v1::MetaRegression& fit) {
  return SignRule(absl::StrCat("change of first minus second per ",
                               fit.log10() ? "factor of 10" : "1", " of ",
                               CovariateName(fit)),
                  estimate.effect_measure(), estimate.small_values_desirable());
}

}  // namespace

Table SlopesTable(const v1::Estimate& estimate, Model model) {
  const v1::MetaRegression& fit = estimate.meta_regression();
  const std::string rule = RuleOf(estimate, fit);
  Table table = {absl::StrCat("Slopes on ", CovariateName(fit), ", ",
                              ModelName(model), "; ", rule),
                 {{"first"}, {"second"}},
                 {}};
  for (Column& column : CoefficientColumns(estimate)) {
    table.columns.push_back(std::move(column));
  }
  for (const v1::Slope& slope : EstimatesUnder(fit, model).slopes()) {
    const bool every_other = slope.first().empty();
    std::vector<Cell> row = {
        {every_other ? "every other" : slope.first(), slope.first(), false},
        Text(slope.second())};
    for (Cell& cell : CoefficientCells(
             estimate, rule, slope.has_estimate() ? &slope.estimate() : nullptr,
             slope.not_identified())) {
      row.push_back(std::move(cell));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

void PrintRegression(const v1::Estimate& estimate, Model model,
                     Output& output) {
  const v1::MetaRegression& fit = estimate.meta_regression();
  if (!fit.not_estimable().empty()) {
    TellLeftOut(fit, output);
    return output.Tell(
        absl::StrCat("No meta-regression: ", fit.not_estimable()));
  }
  output.Print(SlopesTable(estimate, model));
  const v1::RegressionEstimates& estimates = EstimatesUnder(fit, model);
  if (estimates.has_slopes_test()) {
    const v1::SlopesTest& test = estimates.slopes_test();
    output.Remark(absl::StrCat("all slopes 0: Q ", ShownNumber(test.q()),
                               " on ", test.df(), " df, p ",
                               ShownPValue(test.p())));
  }
  TellGroups(fit.comparable(), output);
  TellLeftOut(fit, output);
  if (!output.is_table()) {
    return output.Tell(
        "Rows hold slopes only; effects of treatments are in --output json.");
  }
  output.Remark("");
  output.Print(ModelComparisonsTable(
      estimate,
      absl::StrCat("Effects at ", CovariateName(fit), " ",
                   ShownNumber(fit.at()), ", ", ModelName(model)),
      estimates.relative_effects()));
  output.Remark("");
  RemarkFit(estimate, fit, output);
}

}  // namespace tidemark::cli
