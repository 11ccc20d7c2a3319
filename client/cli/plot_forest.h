// `plot forest`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_FOREST_H_
#define TIDEMARK_CLIENT_CLI_PLOT_FOREST_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/comparison_options.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// Every treatment versus `reference`; if that is empty, versus the one of the
// analysis, or the first that the estimate has if it has no data. A
// not-estimable error: there is no estimate. NOT_FOUND: no data on `reference`.
absl::StatusOr<report::Figure> PlotForest(client::Client& client,
                                          const PlotQuestion& question,
                                          const std::string& reference = "");

// Direct, indirect and network evidence on each compared pair, or on one.
// Errors of FindComparison too.
absl::StatusOr<report::Figure> PlotSplitForest(
    client::Client& client, const PlotQuestion& question,
    const AskedComparison& comparison = {});

void AddPlotForest(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_FOREST_H_
