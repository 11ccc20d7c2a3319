// Entries of the audit trail in words and cells.
#ifndef TIDEMARK_CLIENT_CLI_LOG_ENTRY_H_
#define TIDEMARK_CLIENT_CLI_LOG_ENTRY_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::cli {

// `trials.submit trials/matas-2019 by ada: first extraction`. Long lists of
// resources are cut short.
std::string CauseOf(const v1::LogEntry& entry);

std::vector<Column> LogColumns();
std::vector<Cell> LogCells(const v1::LogEntry& entry);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_LOG_ENTRY_H_
