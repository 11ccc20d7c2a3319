// Reading an estimate with its details from the server.
#ifndef TIDEMARK_CLIENT_CLI_ESTIMATE_READ_H_
#define TIDEMARK_CLIENT_CLI_ESTIMATE_READ_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/cli/session.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

// Which estimate of the review of the command line, and what beside it.
struct EstimateQuestion {
  std::string analysis;
  std::string moment;  // of --as-of
  v1::EstimateDetails details;
};

// Which estimate, on the command line: ANALYSIS and --as-of.
void AddEstimateOptions(CLI::App* command, EstimateQuestion* question);

// The not-estimable error if the status says that two treatments cannot be
// compared (review/relative_effects.h); else the status itself.
absl::Status AsNotEstimable(absl::Status status);

// A not-estimable error if a comparison that the details name is not estimable.
absl::StatusOr<v1::GetEstimateResponse> ReadEstimate(
    Session& session, const EstimateQuestion& question);

// The error of exit code 9 if there is no estimate.
absl::Status CheckEstimable(const v1::Estimate& estimate);

// Prints the answer as JSON, or else what `print` makes of an estimate that
// there is and which trials it leaves out; tells which of its trials are known
// to be otherwise now. The error of CheckEstimable, then that of `check` if the
// estimate has not what was asked for.
absl::StatusOr<ExitCode> ShowEstimate(
    Session& session, const EstimateQuestion& question,
    absl::FunctionRef<void(const v1::Estimate&, Output&)> print,
    absl::FunctionRef<absl::Status(const v1::Estimate&)> check =
        CheckEstimable);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ESTIMATE_READ_H_
