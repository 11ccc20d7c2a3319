// The flow of studies between two moments of a review, drawn.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_FLOW_H_
#define TIDEMARK_CLIENT_CLI_PLOT_FLOW_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/moment_range.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// Counts what the trials at both ends and the runs recorded between them say.
// Errors are those of the reads.
absl::StatusOr<report::Figure> PlotFlow(client::Client& client,
                                        const std::string& review,
                                        const MomentRange& range);

void AddPlotFlow(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_FLOW_H_
