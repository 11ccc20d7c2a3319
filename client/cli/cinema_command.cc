#include "client/cli/cinema_command.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/cinema_tables.h"
#include "client/cli/comparison_options.h"
#include "client/cli/detail_options.h"
#include "client/cli/estimate_read.h"

namespace tidemark::cli {
namespace {

struct CinemaOptions {
  EstimateQuestion question;
  AskedComparison comparison;
  DetailOptions details;
};

absl::StatusOr<ExitCode> Cinema(Session& session,
                                const CinemaOptions& options) {
  EstimateQuestion question = options.question;
  v1::CinemaSpec* spec = question.details.mutable_cinema();
  ASSIGN_OR_RETURN(*spec, CinemaOf(options.details));
  RETURN_IF_ERROR(SetComparison(options.comparison, spec));
  return ShowEstimate(session, question, PrintCinema);
}

}  // namespace

void AddCinemaCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "cinema",
      "Confidence in comparisons: CINeMA's domains that follow from "
      "numbers");
  auto options = std::make_shared<CinemaOptions>();
  AddEstimateOptions(command, &options->question);
  AddComparison(command, &options->comparison);
  command->add_option("--mid", options->details.mid,
                      "Half the range of equivalence on the analysis scale "
                      "(log for ratios); default: the first threshold of the "
                      "analysis");
  AddRuleOption(command, &options->details);
  session.OnCommand(command,
                    [&session, options] { return Cinema(session, *options); });
}

}  // namespace tidemark::cli
