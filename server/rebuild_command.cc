#include "server/rebuild_command.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "review/log_verifier.h"
#include "server/rebuild_check.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

void Print(absl::string_view what, const review::Deviation& deviation,
           std::ostream& out) {
  out << "  " << what << ": ";
  if (deviation.analysis.empty()) {
    out << "no deviation\n";
    return;
  }
  out << "worst deviation " << absl::StrCat(deviation.largest)
      << " at sequence " << deviation.sequence << ", analysis "
      << deviation.analysis << "\n";
}

absl::Status CheckReview(const storage::ReviewStore& store,
                         const std::string& review, std::ostream& out) {
  const RebuildCheck check = CheckRebuild(store, review);
  out << review << ": " << check.entries << " entries, " << check.estimates
      << " estimates made again\n";
  if (check.redacted > 0) {
    out << "  " << check.redacted << " entries are redacted\n";
  }
  Print("stored versus live", check.stored, out);
  Print("live versus in full", check.in_full, out);
  if (check.status.ok()) return absl::OkStatus();
  out << "  STOPPED: " << check.status.message() << "\n";
  return absl::Status(
      check.status.code(),
      absl::StrCat("review \"", review, "\": ", check.status.message()));
}

absl::StatusOr<std::vector<std::string>> ReviewsToCheck(
    const storage::ReviewStore& store, const std::string& asked) {
  ASSIGN_OR_RETURN(std::vector<std::string> all, store.Reviews());
  if (asked.empty()) return all;
  if (std::find(all.begin(), all.end(), asked) != all.end()) {
    return std::vector<std::string>{asked};
  }
  return absl::NotFoundError(
      absl::StrCat(store.path(), " has no review \"", asked, "\""));
}

}  // namespace

absl::Status RunRebuildCheck(const RebuildOptions& options, std::ostream& out) {
  storage::OpenOptions open;
  open.path = absl::StrCat(options.data_dir, "/db");
  open.read_only = true;
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::ReviewStore> store,
                   storage::ReviewStore::Open(open));
  ASSIGN_OR_RETURN(const std::vector<std::string> reviews,
                   ReviewsToCheck(*store, options.review));
  absl::Status first;
  for (const std::string& review : reviews)
    first.Update(CheckReview(*store, review, out));
  return first;
}

}  // namespace tidemark::server
