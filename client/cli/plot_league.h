// `plot league`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_LEAGUE_H_
#define TIDEMARK_CLIENT_CLI_PLOT_LEAGUE_H_

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// Every pair of treatments as a heat map. A not-estimable error: there is no
// estimate. Errors of CheckTreatments.
absl::StatusOr<report::Figure> PlotLeague(client::Client& client,
                                          const PlotQuestion& question);

void AddPlotLeague(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_LEAGUE_H_
