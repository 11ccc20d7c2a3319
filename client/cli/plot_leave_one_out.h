// `plot leave-one-out`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_LEAVE_ONE_OUT_H_
#define TIDEMARK_CLIENT_CLI_PLOT_LEAVE_ONE_OUT_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// A not-estimable error if the comparison has no estimate.
absl::StatusOr<report::Figure> PlotLeaveOneOut(client::Client& client,
                                               const PlotQuestion& question,
                                               const std::string& first,
                                               const std::string& second);

void AddPlotLeaveOneOut(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_LEAVE_ONE_OUT_H_
