// Commands that make a figure: what they are asked, and where it goes.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_OUTPUT_H_
#define TIDEMARK_CLIENT_CLI_PLOT_OUTPUT_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/plot_read.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/report/figure.h"

namespace tidemark::cli {

struct FigureFiles {
  std::string svg;  // empty: standard output
  std::string csv;  // empty: not written
};

// -o and --data.
void AddFigureFiles(CLI::App* command, FigureFiles* files);

// What every figure of one estimate has on its command line.
struct PlotOptions {
  EstimateQuestion estimate;
  FigureFiles files;
};

void AddPlotOptions(CLI::App* command, PlotOptions* options);

// Makes the figure of the estimate that is asked for, and writes it.
absl::StatusOr<ExitCode> ShowFigure(
    Session& session, const PlotOptions& options,
    absl::FunctionRef<absl::StatusOr<report::Figure>(client::Client&,
                                                     const PlotQuestion&)>
        plot);

// Writes the figure there; a file holds all of it or what it held before. A
// usage error if both files are the same. FAILED_PRECONDITION: a file cannot be
// written.
absl::StatusOr<ExitCode> WriteFigure(const report::Figure& figure,
                                     const FigureFiles& files,
                                     Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_OUTPUT_H_
