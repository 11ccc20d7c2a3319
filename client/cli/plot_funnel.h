// `plot funnel`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_FUNNEL_H_
#define TIDEMARK_CLIENT_CLI_PLOT_FUNNEL_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// `order` as FunnelSpec has it. A not-estimable error: there is no estimate.
absl::StatusOr<report::Figure> PlotFunnel(
    client::Client& client, const PlotQuestion& question,
    const std::vector<std::string>& order);

void AddPlotFunnel(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_FUNNEL_H_
