// Tables of studies from files.
#ifndef TIDEMARK_CLIENT_CLI_TABLE_FILE_H_
#define TIDEMARK_CLIENT_CLI_TABLE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/output.h"
#include "client/import/arm_table.h"
#include "client/import/merge_tables.h"
#include "client/import/table_layout.h"
#include "tidemark/v1/effect_measure.pb.h"

namespace tidemark::cli {

// Reads a table; `-` is standard input. `layout` is `binary`, `continuous`,
// `rate`, `contrast`, `baseline`, or empty to go by the header. Errors:
// ReadInput, client::ReadArmTable; a usage error for another layout.
absl::StatusOr<client::ArmTable> ReadTableFile(const std::string& path,
                                               const std::string& layout);

// Reads the tables of one network, each by its own header unless `layout` names
// one for all. Errors: ReadTableFile, client::MergeTables; a usage error if
// standard input is named twice.
absl::StatusOr<client::MergedTables> ReadTableFiles(
    const std::vector<std::string>& paths, const std::string& layout);

// What tables of these layouts are analysed on if nothing is said: OR, MD or
// IRR by the tables of arms. A usage error if these do not agree, or there is
// none: contrasts do not say what they are of.
absl::StatusOr<v1::EffectMeasure::Code> DefaultMeasure(
    const std::vector<client::TableLayout>& layouts);

// One line for each row that the reader left out.
void TellLeftOutRows(const std::vector<client::LeftOutArm>& rows,
                     Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_TABLE_FILE_H_
