// The figures of a report.
#ifndef TIDEMARK_CLIENT_CLI_REPORT_FIGURES_H_
#define TIDEMARK_CLIENT_CLI_REPORT_FIGURES_H_

#include <string>

#include "absl/status/status.h"
#include "client/cli/report_inputs.h"
#include "client/client.h"

namespace tidemark::cli {

// Adds the figures of what `inputs` were read of, as of the later moment: the
// flow between the two; of each analysis its network, and where it is estimable
// forest, league table, ranks and contributions of studies; and the history of
// each treatment versus the reference whose conclusion changed between the two.
// Networks of more than report::kMostTreatments have a forest and histories
// only. Errors of the client.
absl::Status ReadReportFigures(client::Client& client,
                               const std::string& review, ReportInputs& inputs);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REPORT_FIGURES_H_
