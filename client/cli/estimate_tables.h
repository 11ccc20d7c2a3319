// Estimates as tables. Every comparison names both treatments; the sign rule
// stands above the table, or in each row for programs.
#ifndef TIDEMARK_CLIENT_CLI_ESTIMATE_TABLES_H_
#define TIDEMARK_CLIENT_CLI_ESTIMATE_TABLES_H_

#include <string>
#include <vector>

#include "client/cli/comparison.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// `random effects` or `common effect`.
std::string ModelName(Model model);

// What the numbers of a table are: sign rule, model, level, and the
// interval method unless it is the normal one.
std::string EstimateTitle(const v1::Estimate& estimate, Model model);

// Every comparison of the estimate. Requires relative effects.
Table ComparisonsTable(const v1::Estimate& estimate, Model model);

// For people: a cell for each pair, row versus column.
Table LeagueTable(const v1::Estimate& estimate, Model model);

// tau², Q and I² of each component, and Q between designs, in words.
std::vector<std::string> HeterogeneityLines(const v1::Estimate& estimate);

// Heterogeneity, studies used and left out, components: below a table for
// people; for others the studies left out are told.
void PrintSummary(const v1::Estimate& estimate, Output& output);

// Tells each study left out, with the reason.
void TellLeftOutStudies(const v1::Estimate& estimate, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ESTIMATE_TABLES_H_
