#include "client/cli/regression_command.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/enum_option.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/regression_tables.h"

namespace tidemark::cli {
namespace {

struct CommandOptions {
  EstimateQuestion question;
  std::string model = "random";
  RegressionOptions regression;
};

absl::Status CheckRegression(const v1::Estimate& estimate) {
  const std::string& reason = estimate.meta_regression().not_estimable();
  if (reason.empty()) return absl::OkStatus();
  return NotEstimableError(absl::StrCat("no meta-regression: ", reason));
}

absl::StatusOr<ExitCode> Regress(Session& session,
                                 const CommandOptions& options) {
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  EstimateQuestion question = options.question;
  ASSIGN_OR_RETURN(*question.details.mutable_meta_regression(),
                   RegressionSpecOf(options.regression));
  return ShowEstimate(
      session, question,
      [model](const v1::Estimate& estimate, Output& output) {
        if (!CheckRegression(estimate).ok()) return;  // the error says it
        PrintRegression(estimate, model, output);
      },
      CheckRegression);
}

}  // namespace

CLI::Option* AddRegressionOptions(CLI::App* command,
                                  RegressionOptions* options) {
  auto* covariate = command->add_option(
      "--covariate", options->covariate,
      "Meta-regression on what is known of studies or arms: year, months, an "
      "attribute of arms; in a table a column");
  command
      ->add_option("--node", options->node,
                   "Only arms on this node have the covariate")
      ->needs(covariate);
  command
      ->add_option("--slopes", options->slopes,
                   "common: one of all versus the reference; independent: one "
                   "each")
      ->needs(covariate)
      ->capture_default_str();
  command
      ->add_flag("--log10", options->log10,
                 "Logarithm of the covariate: slopes per factor of 10")
      ->needs(covariate);
  command
      ->add_option("--at", options->at,
                   "Value of the covariate for the effects; default: the mean "
                   "over studies")
      ->needs(covariate);
  return covariate;
}

absl::StatusOr<v1::MetaRegressionSpec> RegressionSpecOf(
    const RegressionOptions& options) {
  v1::MetaRegressionSpec spec;
  spec.mutable_covariate()->set_name(options.covariate);
  spec.mutable_covariate()->set_node(options.node);
  ASSIGN_OR_RETURN(const auto slopes, EnumOf<v1::MetaRegressionSpec::Slopes>(
                                          "--slopes", options.slopes));
  spec.set_slopes(slopes);
  spec.set_log10(options.log10);
  if (options.at.has_value()) spec.set_at(*options.at);
  return spec;
}

void AddRegressionCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "regress",
      "Network meta-regression: how effects change with a covariate");
  auto options = std::make_shared<CommandOptions>();
  AddEstimateOptions(command, &options->question);
  AddModelOption(command, &options->model);
  AddRegressionOptions(command, &options->regression)->required();
  session.OnCommand(command,
                    [&session, options] { return Regress(session, *options); });
}

}  // namespace tidemark::cli
