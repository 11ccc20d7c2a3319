#include "client/cli/robustness_options.h"

#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/exit_code.h"

namespace tidemark::cli {
namespace {

template <typename Spec>
void SetComparison(const std::vector<std::string>& comparison, Spec* spec) {
  if (comparison.empty()) return;
  spec->set_first(comparison[0]);
  spec->set_second(comparison[1]);
}

}  // namespace

void AddRobustnessOptions(CLI::App* command, RobustnessOptions* options) {
  command->add_flag("--leave-one-out", options->leave_one_out,
                    "The estimate without each study, and its influence");
  command->add_flag("--thresholds", options->thresholds,
                    "How far results would have to move to change which "
                    "treatment is best");
  command
      ->add_option("--comparison", options->comparison,
                   "FIRST SECOND: what --leave-one-out follows, and whose "
                   "class --thresholds are about too")
      ->expected(2);
}

absl::Status AddRobustness(const RobustnessOptions& options,
                           std::optional<double> mid, bool common_effect,
                           v1::EstimateDetails* details) {
  if (!options.comparison.empty()) {
    if (!options.leave_one_out && !options.thresholds) {
      return UsageError(
          "--comparison needs --leave-one-out or --thresholds, which it is "
          "for");
    }
    RETURN_IF_ERROR(
        CheckComparison(options.comparison[0], options.comparison[1]));
  }
  if (options.leave_one_out) {
    SetComparison(options.comparison, details->mutable_leave_one_out());
  }
  if (options.thresholds) {
    v1::ThresholdAnalysisSpec* spec = details->mutable_threshold_analysis();
    SetComparison(options.comparison, spec);
    spec->set_common_effect(common_effect);
    if (mid.has_value()) spec->set_minimal_important_difference(*mid);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::cli
