// `plot network`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_NETWORK_H_
#define TIDEMARK_CLIENT_CLI_PLOT_NETWORK_H_

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

// Who was compared with whom; also where no effect is estimable. Participants
// are those analysed, or those randomised where a study gives differences or
// person-time only. Errors of CheckTreatments.
absl::StatusOr<report::Figure> PlotNetwork(client::Client& client,
                                           const PlotQuestion& question);

void AddPlotNetwork(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_NETWORK_H_
