#include "client/cli/rare_command.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/known_later.h"
#include "client/cli/moment.h"
#include "client/cli/rare_options.h"
#include "client/cli/rare_tables.h"

namespace tidemark::cli {
namespace {

struct RareQuestion {
  std::string analysis;
  std::string moment;
  RareOptions models;
};

absl::StatusOr<ExitCode> Rare(Session& session, const RareQuestion& asked) {
  EstimateQuestion question{asked.analysis, asked.moment, {}};
  RETURN_IF_ERROR(AddRareEvents(asked.models, &question.details));
  ASSIGN_OR_RETURN(const auto response, ReadEstimate(session, question));
  const v1::Estimate& estimate = response.estimate();
  if (session.output().is_json()) {
    session.output().PrintJson(response);
  } else if (estimate.not_estimable().empty()) {
    PrintRareEvents(estimate, session.output());
  }
  TellKnownLater(response.known_later(), session.output());
  RETURN_IF_ERROR(CheckEstimable(estimate));
  RETURN_IF_ERROR(CheckRareEvents(estimate));
  return ExitCode::kDone;
}

}  // namespace

void AddRareCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "rare",
      "Odds ratios of rare events without increments, beside the estimate");
  auto asked = std::make_shared<RareQuestion>();
  command->add_option("ANALYSIS", asked->analysis, "Analysis")->required();
  command->add_option("--as-of", asked->moment, kAsOfHelp);
  AddRareOptions(command, "both", &asked->models);
  session.OnCommand(command,
                    [&session, asked] { return Rare(session, *asked); });
}

}  // namespace tidemark::cli
