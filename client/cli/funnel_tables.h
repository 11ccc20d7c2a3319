// The comparison-adjusted funnel as a table.
#ifndef TIDEMARK_CLIENT_CLI_FUNNEL_TABLES_H_
#define TIDEMARK_CLIENT_CLI_FUNNEL_TABLES_H_

#include <string>
#include <vector>

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Its points. Requires an estimate with a funnel.
Table FunnelTable(const v1::Estimate& estimate);

// Egger's test in words, a sentence each, with a warning if few studies are in
// it; or why there is none.
std::vector<std::string> FunnelRemarks(const v1::Funnel& funnel);

// The points, and Egger's test in words below them; programs are told where it
// is.
void PrintFunnel(const v1::Estimate& estimate, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_FUNNEL_TABLES_H_
