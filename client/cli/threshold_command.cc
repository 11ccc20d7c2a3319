#include "client/cli/threshold_command.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/detail_options.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/threshold_tables.h"

namespace tidemark::cli {
namespace {

struct ThresholdOptions {
  EstimateQuestion question;
  std::string first;
  std::string second;
  std::string model = "random";
  std::optional<double> mid;
};

absl::StatusOr<ExitCode> Threshold(Session& session,
                                   const ThresholdOptions& options) {
  RETURN_IF_ERROR(CheckOneComparison(options.first, options.second));
  RETURN_IF_ERROR(CheckMid(options.mid));
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  EstimateQuestion question = options.question;
  v1::ThresholdAnalysisSpec* spec =
      question.details.mutable_threshold_analysis();
  spec->set_first(options.first);
  spec->set_second(options.second);
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
  command->add_option("FIRST", options->first,
                      "First treatment of a comparison whose class to ask for");
  command->add_option("SECOND", options->second, "Second treatment");
  command->add_option("--model", options->model, "random or common effects")
      ->capture_default_str();
  command->add_option("--mid", options->mid,
                      "Difference that matters, on the analysis scale: the "
                      "lead that another treatment needs, and the threshold of "
                      "classes");
  session.OnCommand(
      command, [&session, options] { return Threshold(session, *options); });
}

}  // namespace tidemark::cli
