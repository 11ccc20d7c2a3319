#include "client/cli/table_file.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/json_files.h"
#include "client/cli/output.h"
#include "client/import/arm_table.h"
#include "client/import/merge_tables.h"
#include "client/import/table_layout.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<std::optional<client::TableLayout>> LayoutOf(
    const std::string& name) {
  using client::TableLayout;
  if (name.empty()) return std::optional<TableLayout>();
  for (const TableLayout layout : client::kTableLayouts) {
    if (client::LayoutName(layout) == name) {
      return std::optional<TableLayout>(layout);
    }
  }
  return UsageError(absl::StrCat(
      "--format is binary, continuous, rate, contrast or baseline, not `", name,
      "`"));
}

// None for tables of contrasts.
v1::EffectMeasure::Code MeasureOfArms(client::TableLayout layout) {
  switch (layout) {
    case client::TableLayout::kBinary:
      return v1::EffectMeasure::OR;
    case client::TableLayout::kContinuous:
      return v1::EffectMeasure::MD;
    case client::TableLayout::kRate:
      return v1::EffectMeasure::IRR;
    case client::TableLayout::kContrast:
    case client::TableLayout::kBaseline:
      break;
  }
  return v1::EffectMeasure::UNSPECIFIED;
}

}  // namespace

absl::StatusOr<client::ArmTable> ReadTableFile(const std::string& path,
                                               const std::string& layout) {
  ASSIGN_OR_RETURN(const auto wanted, LayoutOf(layout));
  ASSIGN_OR_RETURN(const std::string text, ReadInput(path));
  return client::ReadArmTable(path == "-" ? "standard input" : path, text,
                              wanted);
}

absl::StatusOr<client::MergedTables> ReadTableFiles(
    const std::vector<std::string>& paths, const std::string& layout) {
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    return UsageError("standard input (-) can be read once only");
  }
  std::vector<client::ArmTable> tables;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(client::ArmTable table, ReadTableFile(path, layout));
    tables.push_back(std::move(table));
  }
  return client::MergeTables(std::move(tables));
}

absl::StatusOr<v1::EffectMeasure::Code> DefaultMeasure(
    const std::vector<client::TableLayout>& layouts) {
  v1::EffectMeasure::Code measure = v1::EffectMeasure::UNSPECIFIED;
  client::TableLayout from = client::TableLayout::kContrast;
  for (const client::TableLayout layout : layouts) {
    const v1::EffectMeasure::Code own = MeasureOfArms(layout);
    if (own == v1::EffectMeasure::UNSPECIFIED || own == measure) continue;
    if (measure != v1::EffectMeasure::UNSPECIFIED) {
      return UsageError(absl::StrCat(
          "the tables are of ", client::LayoutName(from), " and of ",
          client::LayoutName(layout),
          " arms, which no one measure suits: analyse them apart"));
    }
    measure = own;
    from = layout;
  }
  if (measure == v1::EffectMeasure::UNSPECIFIED) {
    return UsageError(
        "a table of contrasts does not say what they are of: "
        "give --measure");
  }
  return measure;
}

void TellLeftOutRows(const std::vector<client::LeftOutArm>& rows,
                     Output& output) {
  for (const client::LeftOutArm& arm : rows) {
    output.Tell(absl::StrCat("Left out, ", arm.file, ":", arm.line, ": ",
                             arm.study, ", ", arm.treatment, ": ", arm.reason));
  }
}

}  // namespace tidemark::cli
