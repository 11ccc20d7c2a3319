// What moved a comparison, as a table.
#ifndef TIDEMARK_CLIENT_CLI_EXPLAIN_TABLES_H_
#define TIDEMARK_CLIENT_CLI_EXPLAIN_TABLES_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::cli {

// A row for each entry that moved it, in the order of the log: before, after,
// change, what it does at the end beside all others, events.
Table StepsTable(const v1::ExplainRequest& request,
                 const v1::ExplainResponse& explanation);

// What belongs below: the total, entries that did not move it, and how to read
// the two changes.
std::vector<std::string> ExplainNotes(const v1::ExplainResponse& explanation);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXPLAIN_TABLES_H_
