#include "client/cli/funnel_command.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/funnel_tables.h"
#include "client/cli/list_option.h"

namespace tidemark::cli {
namespace {

struct FunnelOptions {
  EstimateQuestion question;
  std::vector<std::string> order;
};

absl::StatusOr<ExitCode> Funnel(Session& session,
                                const FunnelOptions& options) {
  EstimateQuestion question = options.question;
  v1::FunnelSpec* funnel = question.details.mutable_funnel();
  funnel->mutable_order()->Add(options.order.begin(), options.order.end());
  return ShowEstimate(session, question, PrintFunnel);
}

}  // namespace

void AddFunnelCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "funnel",
      "Whether small studies say something else: comparison-adjusted "
      "funnel, Egger's test");
  auto options = std::make_shared<FunnelOptions>();
  AddEstimateOptions(command, &options->question);
  AddListOption(command, "--order", &options->order,
                "Every treatment once, from that which small studies would "
                "favour least: A,B,C")
      ->required();
  session.OnCommand(command,
                    [&session, options] { return Funnel(session, *options); });
}

}  // namespace tidemark::cli
