// The rows of one study, and the study that they make.
#ifndef TIDEMARK_CLIENT_IMPORT_STUDY_ROWS_H_
#define TIDEMARK_CLIENT_IMPORT_STUDY_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "client/import/csv.h"
#include "client/import/table_layout.h"
#include "nma/study.h"

namespace tidemark::client {

// A row with the values of its layout's columns.
struct StudyRow {
  int line = 0;
  std::vector<std::string> names;  // the study, then one or two treatments
  std::vector<std::optional<double>> numbers;  // absent: not reported
};

struct StudyRows {
  std::string id;
  int first_line = 0;
  std::vector<StudyRow> reported;  // those that can be used
  int left_out = 0;                // other rows
};

// The treatment of a row; "first versus second" in a table of contrasts.
std::string TreatmentsOf(const StudyRow& row);

// The columns that keep a row from being used, as they were not reported. Not
// those of a baseline arm: it has no `te`, and may do without `se`.
std::vector<std::string> MissingColumns(const StudyRow& row,
                                        TableLayout layout);

// What no single row shows: a table with a baseline needs exactly one row
// without `te` a study, with the smallest `se`.
std::vector<CsvProblem> FindProblems(const StudyRows& rows,
                                     const ColumnMap& map);

// Why a study cannot be compared, if so: fewer than two arms, a contrast
// missing, three arms or more without the `se` of the baseline. Requires rows
// without problems.
std::optional<std::string> LeaveOutReason(const StudyRows& rows,
                                          TableLayout layout);

// Requires rows without a reason to leave them out.
nma::Study ToStudy(const StudyRows& rows, TableLayout layout);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_STUDY_ROWS_H_
