// Options for how robust an estimate is.
#ifndef TIDEMARK_CLIENT_CLI_ROBUSTNESS_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_ROBUSTNESS_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::cli {

struct RobustnessOptions {
  bool leave_one_out = false;
  bool thresholds = false;
  std::vector<std::string> comparison;  // two treatments, or none
};

// --leave-one-out and --thresholds, both with --comparison.
void AddRobustnessOptions(CLI::App* command, RobustnessOptions* options);

// Adds what they ask for. `mid` is the difference that matters to threshold
// analysis, `common_effect` its model. A usage error: a comparison of a
// treatment with itself, or with nothing that asks for it.
absl::Status AddRobustness(const RobustnessOptions& options,
                           std::optional<double> mid, bool common_effect,
                           v1::EstimateDetails* details);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ROBUSTNESS_OPTIONS_H_
