// `regress`: how effects change with a covariate.
#ifndef TIDEMARK_CLIENT_CLI_REGRESSION_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_REGRESSION_COMMAND_H_

#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "tidemark/v1/regression.pb.h"

namespace tidemark::cli {

void AddRegressionCommand(CLI::App& app, Session& session);

struct RegressionOptions {
  std::string covariate;
  std::string node;
  std::string slopes = "common";
  bool log10 = false;
  std::optional<double> at;
};

// --covariate, which is returned, and what goes with it.
CLI::Option* AddRegressionOptions(CLI::App* command,
                                  RegressionOptions* options);

// A usage error: slopes that are none.
absl::StatusOr<v1::MetaRegressionSpec> RegressionSpecOf(
    const RegressionOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REGRESSION_COMMAND_H_
