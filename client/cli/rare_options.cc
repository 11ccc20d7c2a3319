#include "client/cli/rare_options.h"

#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"

namespace tidemark::cli {

void AddRareOptions(CLI::App* command, const std::string& default_method,
                    RareOptions* options) {
  options->method = default_method;
  command
      ->add_option("--method", options->method,
                   "Beside the inverse-variance estimate (iv), odds ratios "
                   "without increments: mh (Mantel-Haenszel), binomial (exact "
                   "likelihood), both")
      ->capture_default_str();
}

absl::Status AddRareEvents(const RareOptions& options,
                           v1::EstimateDetails* details) {
  const bool both = options.method == "both";
  const bool mantel_haenszel = both || options.method == "mh";
  const bool binomial = both || options.method == "binomial";
  if (!mantel_haenszel && !binomial) {
    if (options.method == "iv") return absl::OkStatus();
    return UsageError(absl::StrCat(
        "--method is iv, mh, binomial or both, not `", options.method, "`"));
  }
  details->mutable_rare_events()->set_mantel_haenszel(mantel_haenszel);
  details->mutable_rare_events()->set_binomial(binomial);
  return absl::OkStatus();
}

}  // namespace tidemark::cli
