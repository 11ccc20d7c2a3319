#include "client/cli/log_entry.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/moment.h"
#include "client/cli/short_list.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

std::string ShownVersions(const v1::LogEntry& entry) {
  if (entry.version_after() == 0) return "";  // there are several
  if (entry.version_before() == 0) return "new";
  if (entry.version_before() == entry.version_after()) {
    return absl::StrCat(entry.version_after(), " stays");
  }
  return absl::StrCat(entry.version_before(), " -> ", entry.version_after());
}

std::string Short(const std::string& list) {
  return ShortList(absl::StrSplit(list, ',', absl::SkipEmpty()));
}

// Short for people; the whole list for programs.
Cell List(const std::string& list) { return {Short(list), list, false}; }

}  // namespace

std::string CauseOf(const v1::LogEntry& entry) {
  return absl::StrCat(entry.action(), " ", Short(entry.resource()), " by ",
                      entry.actor(), ": ", entry.reason());
}

std::vector<Column> LogColumns() {
  using For = Column::For;
  return {{"sequence"},
          {"time"},
          {"actor"},
          {"action"},
          {"resource"},
          {"version", For::kTables},
          {"version_before", For::kRows},
          {"version_after", For::kRows},
          {"moved"},
          {"reason"},
          {"request_id", For::kRows}};
}

std::vector<Cell> LogCells(const v1::LogEntry& entry) {
  const std::string moved =
      absl::StrJoin(entry.analyses(), ",",
                    [](std::string* out, const v1::AnalysisDigest& digest) {
                      absl::StrAppend(out, digest.analysis_id());
                    });
  return {Integer(entry.sequence()),
          Text(ShownTime(entry.time())),
          Text(entry.actor()),
          Text(entry.action()),
          List(entry.resource()),
          Text(ShownVersions(entry)),
          Integer(entry.version_before()),
          Integer(entry.version_after()),
          List(moved),
          Text(entry.reason()),
          Text(entry.request_id())};
}

}  // namespace tidemark::cli
