// Several tables of studies as the data of one network.
#ifndef TIDEMARK_CLIENT_IMPORT_MERGE_TABLES_H_
#define TIDEMARK_CLIENT_IMPORT_MERGE_TABLES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "client/import/arm_table.h"
#include "client/import/table_layout.h"
#include "nma/study.h"

namespace tidemark::client {

// As in ArmTable, of all tables in their order.
struct MergedTables {
  std::vector<TableLayout> layouts;  // one a table
  std::vector<nma::Study> studies;
  std::vector<LeftOutArm> left_out_arms;
  std::vector<nma::LeftOutStudy> left_out_studies;
  std::vector<RowAttributes> attributes;
};

// InvalidArgument if two tables name a study, be it left out in one of them:
// which of the two to use is for the reviewer to say. Lists up to 20 of them
// with both files. O(studies log studies).
absl::StatusOr<MergedTables> MergeTables(std::vector<ArmTable> tables);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_MERGE_TABLES_H_
