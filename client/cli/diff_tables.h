// What differs between two moments, as tables.
#ifndef TIDEMARK_CLIENT_CLI_DIFF_TABLES_H_
#define TIDEMARK_CLIENT_CLI_DIFF_TABLES_H_

#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::cli {

// A row for each field that differs; one for a record that is new.
Table RecordsTable(const v1::DiffResponse& diff);

// A table for each estimate of which something moved: its comparisons that did,
// then events of the whole network.
std::vector<Table> EstimateDiffTables(const v1::DiffResponse& diff);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_DIFF_TABLES_H_
