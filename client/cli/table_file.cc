#include "client/cli/table_file.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/json_files.h"
#include "client/cli/output.h"
#include "client/import/arm_table.h"
#include "client/import/table_layout.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<std::optional<client::TableLayout>> LayoutOf(
    const std::string& name) {
  using client::TableLayout;
  if (name.empty()) return std::optional<TableLayout>();
  for (const TableLayout layout :
       {TableLayout::kBinary, TableLayout::kContinuous, TableLayout::kRate,
        TableLayout::kContrast}) {
    if (client::LayoutName(layout) == name) {
      return std::optional<TableLayout>(layout);
    }
  }
  return UsageError(absl::StrCat(
      "--format is binary, continuous, rate or contrast, not `", name, "`"));
}

}  // namespace

absl::StatusOr<client::ArmTable> ReadTableFile(const std::string& path,
                                               const std::string& layout) {
  ASSIGN_OR_RETURN(const auto wanted, LayoutOf(layout));
  ASSIGN_OR_RETURN(const std::string text, ReadInput(path));
  return client::ReadArmTable(path == "-" ? "standard input" : path, text,
                              wanted);
}

void TellLeftOutRows(const client::ArmTable& table, Output& output) {
  for (const client::LeftOutArm& arm : table.left_out_arms) {
    output.Tell(absl::StrCat("Left out, line ", arm.line, ": ", arm.study, ", ",
                             arm.treatment, ": ", arm.reason));
  }
}

}  // namespace tidemark::cli
