// `plot history`.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_HISTORY_H_
#define TIDEMARK_CLIENT_CLI_PLOT_HISTORY_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"
#include "client/report/history_figure.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

struct HistoryQuestion {
  std::string review;
  std::string analysis;
  std::string first;
  std::string second;
  // From the estimate that held at `from` to the last one at `to`. Unset: from
  // the first, up to now.
  v1::AsOf from;
  v1::AsOf to;
  report::HistoryInput::By by = report::HistoryInput::By::kSequence;
};

// NOT_FOUND: no such analysis, treatment or release. A not-estimable error:
// there is no estimate in that time.
absl::StatusOr<report::Figure> PlotHistory(client::Client& client,
                                           const HistoryQuestion& question);

void AddPlotHistory(CLI::App& plot, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_HISTORY_H_
