// Other inputs as people type them.
#ifndef TIDEMARK_CLIENT_CLI_WHAT_IF_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_WHAT_IF_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::cli {

struct WhatIfOptions {
  std::vector<std::string> exclude;
  std::vector<std::string> include;
  std::vector<std::string> set;  // TRIAL:PATH=VALUE
  std::string tau2;
  std::string measure;
  std::string ci;
  double level = 0;
  std::vector<double> mid;
  std::string node_map;
  std::string node_map_file;
  std::vector<std::string> exclude_rob;
};

void AddWhatIfOptions(CLI::App* command, WhatIfOptions* options);

// The request without review, analysis and moment; edits of one trial together,
// in their order. A usage error for what is no value of its option; errors of
// json_files.h for the file of the node map.
absl::StatusOr<v1::WhatIfRequest> WhatIfRequestOf(const WhatIfOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_WHAT_IF_OPTIONS_H_
