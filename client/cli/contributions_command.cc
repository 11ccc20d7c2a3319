#include "client/cli/contributions_command.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/estimate_read.h"
#include "client/cli/flow_tables.h"

namespace tidemark::cli {
namespace {

struct ContributionsOptions {
  EstimateQuestion question;
  AskedComparison comparison;
  std::string by = "comparison";
  std::string model = "random";
};

absl::StatusOr<ExitCode> Contributions(Session& session,
                                       const ContributionsOptions& options) {
  EstimateQuestion question = options.question;
  v1::ContributionsSpec* spec = question.details.mutable_contributions();
  RETURN_IF_ERROR(SetComparison(options.comparison, spec));
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  ASSIGN_OR_RETURN(const FlowBy by, FlowByOf(options.by));
  // Which large networks have of all comparisons, too.
  spec->set_judgements_only(by == FlowBy::kRiskOfBias ||
                            by == FlowBy::kIndirectness);
  return ShowEstimate(session, question,
                      [&](const v1::Estimate& estimate, Output& output) {
                        PrintContributions(estimate, model, by, output);
                      });
}

}  // namespace

void AddContributionsCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "contributions", "Where the evidence on comparisons comes from");
  auto options = std::make_shared<ContributionsOptions>();
  AddEstimateOptions(command, &options->question);
  AddComparison(command, &options->comparison);
  command
      ->add_option("--by", options->by,
                   "Shares of what: comparison, study, risk-of-bias or "
                   "indirectness")
      ->capture_default_str();
  AddModelOption(command, &options->model);
  session.OnCommand(command, [&session, options] {
    return Contributions(session, *options);
  });
}

}  // namespace tidemark::cli
