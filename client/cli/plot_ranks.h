// `plot ranks`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_RANKS_H_
#define TIDEMARK_CLIENT_CLI_PLOT_RANKS_H_

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// P-scores with rank probabilities. A not-estimable error: there is no
// estimate. Errors of CheckTreatments.
absl::StatusOr<report::Figure> PlotRanks(client::Client& client,
                                         const PlotQuestion& question);

void AddPlotRanks(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_RANKS_H_
