// What differs between two moments, as tables.
#ifndef TIDEMARK_CLIENT_CLI_DIFF_TABLES_H_
#define TIDEMARK_CLIENT_CLI_DIFF_TABLES_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::cli {

// A row for each field that differs; one for a record that is new.
Table RecordsTable(const v1::DiffResponse& diff);

// A table for each estimate of which a comparison moved.
std::vector<Table> EstimateDiffTables(const v1::DiffResponse& diff);

// The events of whole networks, a line each.
std::vector<std::string> NetworkEventLines(const v1::DiffResponse& diff);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_DIFF_TABLES_H_
