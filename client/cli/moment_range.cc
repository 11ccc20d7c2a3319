#include "client/cli/moment_range.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"

namespace tidemark::cli {

absl::StatusOr<MomentRange> ParseMomentRange(const std::string& text) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos) {
    return UsageError(absl::StrCat("`", text,
                                   "` is no range: give FROM..TO, as 41..57 "
                                   "or 2026-02-01.."));
  }
  MomentRange range;
  if (dots > 0) {
    ASSIGN_OR_RETURN(range.from, ParseAsOf(text.substr(0, dots)));
  }
  ASSIGN_OR_RETURN(range.to, ParseAsOf(text.substr(dots + 2)));
  return range;
}

}  // namespace tidemark::cli
