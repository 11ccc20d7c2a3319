// Studies from a table with a row per arm or per contrast.
#ifndef TIDEMARK_CLIENT_IMPORT_ARM_TABLE_H_
#define TIDEMARK_CLIENT_IMPORT_ARM_TABLE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/table_layout.h"
#include "nma/study.h"

namespace tidemark::client {

// A row whose numbers were not reported. In contrast tables `treatment` is
// "first versus second".
struct LeftOutArm {
  std::string file;
  int line = 0;
  std::string study;
  std::string treatment;
  std::string reason;
};

// What columns beyond those of the layout say in a row that is used.
struct RowAttributes {
  std::string file;
  int line = 0;
  std::string study;
  std::vector<std::string> treatments;  // one, or the two of a contrast
  // By the column's name in the header; cells that are empty or `NA` are
  // absent.
  std::map<std::string, std::string> values;
};

struct ArmTable {
  std::string file;
  TableLayout layout = TableLayout::kBinary;
  std::vector<nma::Study> studies;  // in the order of their first rows
  std::vector<LeftOutArm> left_out_arms;
  std::vector<nma::LeftOutStudy> left_out_studies;
  std::vector<RowAttributes> attributes;  // of every row that is used
};

// Reads a CSV table (csv.h; UTF-8, with or without a byte order mark) of one of
// the layouts of table_layout.h. `file_name` is for messages.
//
// A number that is empty or `NA` was not reported: its arm is left out and
// listed. So is a study with fewer than two arms left, in a contrast table a
// study that lacks a contrast, and in a table with a baseline a study of three
// arms or more that lacks the baseline's se.
//
// InvalidArgument for everything else that is no value of its column, with up
// to 20 lines "FILE:LINE:COLUMN: rule, value; what to do" (COLUMN counts cells)
// in the order of the file. O(size log size).
absl::StatusOr<ArmTable> ReadArmTable(
    absl::string_view file_name, absl::string_view contents,
    std::optional<TableLayout> wanted = std::nullopt);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_ARM_TABLE_H_
