// Options for the models of rare events.
#ifndef TIDEMARK_CLIENT_CLI_RARE_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_RARE_OPTIONS_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::cli {

struct RareOptions {
  // `iv`, `mh`, `binomial` or `both`.
  std::string method;
};

// --method, of a command with this default.
void AddRareOptions(CLI::App* command, const std::string& default_method,
                    RareOptions* options);

// Has `details` ask for the models: `both` is Mantel-Haenszel and binomial,
// `iv` none. A usage error for any other method.
absl::Status AddRareEvents(const RareOptions& options,
                           v1::EstimateDetails* details);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RARE_OPTIONS_H_
