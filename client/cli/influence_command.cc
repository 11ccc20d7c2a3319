#include "client/cli/influence_command.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/comparison_options.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/influence_tables.h"

namespace tidemark::cli {
namespace {

struct InfluenceOptions {
  EstimateQuestion question;
  AskedComparison comparison;
};

absl::StatusOr<ExitCode> Influence(Session& session,
                                   const InfluenceOptions& options) {
  EstimateQuestion question = options.question;
  v1::LeaveOneOutSpec* spec = question.details.mutable_leave_one_out();
  RETURN_IF_ERROR(SetComparison(options.comparison, spec));
  return ShowEstimate(session, question, PrintInfluence);
}

}  // namespace

void AddInfluenceCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "influence",
      "The estimate without each study: effects, tau2, ranks, conclusions");
  auto options = std::make_shared<InfluenceOptions>();
  AddEstimateOptions(command, &options->question);
  AddComparison(command, &options->comparison,
                "First treatment of a comparison to follow");
  session.OnCommand(
      command, [&session, options] { return Influence(session, *options); });
}

}  // namespace tidemark::cli
