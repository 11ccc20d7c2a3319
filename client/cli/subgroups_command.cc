#include "client/cli/subgroups_command.h"

#include <memory>

#include "absl/status/statusor.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/subgroup_tables.h"

namespace tidemark::cli {
namespace {

struct SubgroupsOptions {
  EstimateQuestion question;
  v1::SubgroupsSpec spec;
};

absl::StatusOr<ExitCode> Subgroups(Session& session,
                                   const SubgroupsOptions& options) {
  EstimateQuestion question = options.question;
  *question.details.mutable_subgroups() = options.spec;
  return ShowEstimate(session, question, PrintSubgroups);
}

}  // namespace

void AddSubgroupsCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "subgroups", "Effects in subgroups of studies, and whether they differ");
  auto options = std::make_shared<SubgroupsOptions>();
  AddEstimateOptions(command, &options->question);
  v1::Covariate* covariate = options->spec.mutable_covariate();
  command
      ->add_option("--covariate", *covariate->mutable_name(),
                   "What is known of studies or their arms: risk_of_bias, "
                   "country, an attribute; each value is a subgroup")
      ->required();
  command->add_option("--node", *covariate->mutable_node(),
                      "Of arms: only those on this node");
  session.OnCommand(
      command, [&session, options] { return Subgroups(session, *options); });
}

}  // namespace tidemark::cli
