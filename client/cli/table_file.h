// Tables of studies from files.
#ifndef TIDEMARK_CLIENT_CLI_TABLE_FILE_H_
#define TIDEMARK_CLIENT_CLI_TABLE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/output.h"
#include "client/import/arm_table.h"

namespace tidemark::cli {

// Reads a table; `-` is standard input. `layout` is `binary`, `continuous`,
// `rate`, `contrast`, or empty to go by the header. Errors: ReadInput,
// client::ReadArmTable; a usage error for another layout.
absl::StatusOr<client::ArmTable> ReadTableFile(const std::string& path,
                                               const std::string& layout);

// One line for each row that the reader left out.
void TellLeftOutRows(const client::ArmTable& table, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_TABLE_FILE_H_
