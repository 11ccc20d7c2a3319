#include "client/cli/influence_command.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/influence_tables.h"
#include "client/cli/moment.h"

namespace tidemark::cli {
namespace {

struct InfluenceOptions {
  std::string analysis;
  std::string first;
  std::string second;
  std::string moment;
};

absl::StatusOr<ExitCode> Influence(Session& session,
                                   const InfluenceOptions& options) {
  if (options.first.empty() != options.second.empty()) {
    return UsageError("a comparison needs two treatments: FIRST SECOND");
  }
  if (!options.first.empty()) {
    RETURN_IF_ERROR(CheckComparison(options.first, options.second));
  }
  EstimateQuestion question{options.analysis, options.moment, {}};
  v1::LeaveOneOutSpec* spec = question.details.mutable_leave_one_out();
  spec->set_first(options.first);
  spec->set_second(options.second);
  return ShowEstimate(session, question, PrintInfluence);
}

}  // namespace

void AddInfluenceCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "influence",
      "The estimate without each study: effects, tau2, ranks, conclusions");
  auto options = std::make_shared<InfluenceOptions>();
  command->add_option("ANALYSIS", options->analysis, "Analysis")->required();
  command->add_option("FIRST", options->first,
                      "First treatment of a comparison to follow");
  command->add_option("SECOND", options->second, "Second treatment");
  command->add_option("--as-of", options->moment, kAsOfHelp);
  session.OnCommand(
      command, [&session, options] { return Influence(session, *options); });
}

}  // namespace tidemark::cli
