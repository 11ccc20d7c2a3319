#include "client/cli/threshold_command.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/detail_options.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/threshold_tables.h"

namespace tidemark::cli {
namespace {

struct ThresholdOptions {
  EstimateQuestion question;
  AskedComparison comparison;
  std::string model = "random";
  std::optional<double> mid;
};

absl::StatusOr<ExitCode> Threshold(Session& session,
                                   const ThresholdOptions& options) {
  EstimateQuestion question = options.question;
  v1::ThresholdAnalysisSpec* spec =
      question.details.mutable_threshold_analysis();
  RETURN_IF_ERROR(SetComparison(options.comparison, spec));
  RETURN_IF_ERROR(CheckMid(options.mid));
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  spec->set_common_effect(model == Model::kCommon);
  if (options.mid.has_value()) {
    spec->set_minimal_important_difference(*options.mid);
  }
  return ShowEstimate(session, question, PrintThresholds);
}

}  // namespace

void AddThresholdCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "threshold",
      "How far results would have to move to change which treatment is best, "
      "or what a comparison says");
  auto options = std::make_shared<ThresholdOptions>();
  AddEstimateOptions(command, &options->question);
  AddComparison(command, &options->comparison,
                "First treatment of a comparison whose class to ask for");
  AddModelOption(command, &options->model);
  command->add_option("--mid", options->mid,
                      "Difference that matters, on the analysis scale: the "
                      "lead that another treatment needs, and the threshold of "
                      "classes");
  session.OnCommand(
      command, [&session, options] { return Threshold(session, *options); });
}

}  // namespace tidemark::cli
