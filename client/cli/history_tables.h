// The history of a comparison as a table.
#ifndef TIDEMARK_CLIENT_CLI_HISTORY_TABLES_H_
#define TIDEMARK_CLIENT_CLI_HISTORY_TABLES_H_

#include <vector>

#include "client/cli/comparison.h"
#include "client/cli/table.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

// A row an estimate, with its cause, what it says, and what changed. The
// request names one comparison, which alone the estimates have.
Table HistoryTable(const std::vector<v1::EstimateAt>& history, Model model,
                   const v1::ListEstimatesRequest& request);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_HISTORY_TABLES_H_
