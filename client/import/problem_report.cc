#include "client/import/problem_report.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tidemark::client {
namespace {

constexpr size_t kMaxProblems = 20;

}  // namespace

absl::Status ReportProblems(absl::string_view file_name,
                            const std::vector<CsvProblem>& problems) {
  if (problems.empty()) return absl::OkStatus();
  std::vector<std::string> lines;
  for (size_t i = 0; i < std::min(problems.size(), kMaxProblems); ++i) {
    lines.push_back(absl::StrCat(file_name, ":", problems[i].line, ":",
                                 problems[i].column, ": ",
                                 problems[i].message));
  }
  if (problems.size() > kMaxProblems) {
    lines.push_back(
        absl::StrCat("and ", problems.size() - kMaxProblems, " more"));
  }
  return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
}

}  // namespace tidemark::client
