// What is wrong with a file, as one error.
#ifndef TIDEMARK_CLIENT_IMPORT_PROBLEM_REPORT_H_
#define TIDEMARK_CLIENT_IMPORT_PROBLEM_REPORT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/import/csv.h"

namespace tidemark::client {

// InvalidArgument with a line "FILE:LINE:COLUMN: message" for each of the first
// 20 problems and the number of the others; OK without problems.
absl::Status ReportProblems(absl::string_view file_name,
                            const std::vector<CsvProblem>& problems);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_IMPORT_PROBLEM_REPORT_H_
