// `plot contributions`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_CONTRIBUTIONS_H_
#define TIDEMARK_CLIENT_CLI_PLOT_CONTRIBUTIONS_H_

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/comparison_options.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// Every comparison with the reference of its component, or the one asked for. A
// not-estimable error: it has no estimate. INVALID_ARGUMENT: the network is too
// large for all (ContributionsSpec).
absl::StatusOr<report::Figure> PlotContributions(
    client::Client& client, const PlotQuestion& question,
    const AskedComparison& comparison = {});

void AddPlotContributions(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_CONTRIBUTIONS_H_
