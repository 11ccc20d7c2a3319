// Where a figure goes.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_OUTPUT_H_
#define TIDEMARK_CLIENT_CLI_PLOT_OUTPUT_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/report/figure.h"

namespace tidemark::cli {

struct FigureFiles {
  std::string svg;  // empty: standard output
  std::string csv;  // empty: not written
};

// -o and --data.
void AddFigureFiles(CLI::App* command, FigureFiles* files);

// Writes the figure there; a file holds all of it or what it held before. A
// usage error if both files are the same. FAILED_PRECONDITION: a file cannot be
// written.
absl::StatusOr<ExitCode> WriteFigure(const report::Figure& figure,
                                     const FigureFiles& files,
                                     Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_OUTPUT_H_
