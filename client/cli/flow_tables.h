// Contributions to comparisons as tables.
#ifndef TIDEMARK_CLIENT_CLI_FLOW_TABLES_H_
#define TIDEMARK_CLIENT_CLI_FLOW_TABLES_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/comparison.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Of what evidence is shown the shares.
enum class FlowBy { kComparison, kStudy, kRiskOfBias, kIndirectness };

// `comparison`, `study`, `risk-of-bias` or `indirectness`; a usage error for
// anything else.
absl::StatusOr<FlowBy> FlowByOf(const std::string& name);

// Shares of the evidence on each comparison under the model, the largest first;
// by judgement a row for each comparison. A comparison without shares says why.
// Requires contributions.
Table ContributionsTable(const v1::Estimate& estimate, Model model, FlowBy by);

// The table; for people without what contributes nothing.
void PrintContributions(const v1::Estimate& estimate, Model model, FlowBy by,
                        Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_FLOW_TABLES_H_
