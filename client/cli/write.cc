#include "client/cli/write.h"

#include <map>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/error_message.h"
#include "client/cli/exit_code.h"
#include "client/cli/impact.h"
#include "client/cli/request_file.h"
#include "client/cli/session.h"
#include "client/cli/short_list.h"
#include "client/cli/state_directory.h"
#include "client/cli/table.h"
#include "client/client.h"

namespace tidemark::cli {
namespace {

// The moved estimates as they were just before the entry that a dry run would
// have written.
absl::StatusOr<std::map<std::string, v1::Estimate>> EstimatesBefore(
    client::Client& client, const std::string& review_id,
    const v1::ApplyResponse& response) {
  std::map<std::string, v1::Estimate> estimates;
  if (response.sequence() <= 1) return estimates;
  v1::AsOf before;
  before.set_sequence(response.sequence() - 1);
  for (const v1::Estimate& moved : response.estimates()) {
    auto now = client.GetEstimate(review_id, moved.analysis_id(), before);
    if (absl::IsNotFound(now.status())) continue;  // the analysis is new
    RETURN_IF_ERROR(now.status());
    estimates[moved.analysis_id()] = now->estimate();
  }
  return estimates;
}

absl::StatusOr<ExitCode> DryRun(Session& session, client::Client& client,
                                const std::string& review_id,
                                const v1::Change& change,
                                const client::ApplyOptions& options,
                                const std::vector<std::string>& places) {
  const auto response = client.Apply(review_id, change, options);
  if (!response.ok()) return WithPlaces(response.status(), places);
  if (session.output().is_json()) {
    session.output().PrintJson(*response);
    return ExitCode::kDone;
  }
  ASSIGN_OR_RETURN(const auto before,
                   EstimatesBefore(client, review_id, *response));
  const auto tables = ImpactTables(before, response->estimates());
  session.output().Print(tables);
  if (tables.empty()) session.output().Tell("No comparison would move.");
  for (const v1::Estimate& estimate : response->estimates()) {
    if (estimate.not_estimable().empty()) continue;
    session.output().Tell(
        absl::StrCat(estimate.analysis_id(),
                     " would have no estimate: ", estimate.not_estimable()));
  }
  session.output().Tell(
      absl::StrCat("Dry run: nothing is stored. It would be sequence ",
                   response->sequence(), " of ", review_id, "."));
  return ExitCode::kDone;
}

void PrintWritten(Session& session, const std::string& review_id,
                  const v1::ApplyResponse& response) {
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return;
  }
  Table table = {"", {{"sequence"}, {"record"}, {"version"}}, {}};
  for (const v1::RecordVersion& version : response.versions()) {
    table.rows.push_back({Integer(response.sequence()),
                          Text(version.resource()),
                          Integer(version.version())});
  }
  session.output().Print(table);
  std::vector<std::string> moved;
  for (const v1::AnalysisDigest& digest : response.moved()) {
    moved.push_back(digest.analysis_id());
  }
  session.output().Tell(absl::StrCat(
      response.repeated_request() ? "Was already stored" : "Stored",
      " as sequence ", response.sequence(), " of ", review_id, ". ",
      moved.empty()
          ? "No estimate moved."
          : absl::StrCat("Estimates that moved: ", ShortList(moved), ".")));
}

}  // namespace

void AddWriteOptions(CLI::App* command, WriteOptions* options) {
  command
      ->add_option("-m,--reason", options->reason,
                   "Why; goes into the audit trail")
      ->type_name("REASON");
  command->add_flag("--dry-run", options->dry_run,
                    "Show what every estimate would become; store nothing");
}

absl::StatusOr<ExitCode> Write(Session& session, const std::string& review_id,
                               const v1::Change& change,
                               const WriteOptions& options,
                               const std::vector<std::string>& places) {
  if (options.reason.empty() && !options.dry_run) {
    return UsageError(
        "why? Give a reason with -m; it goes into the audit trail");
  }
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  client::ApplyOptions apply;
  apply.reason = options.reason;
  apply.validate_only = options.dry_run;
  if (options.dry_run) {
    return DryRun(session, *client, review_id, change, apply, places);
  }
  RequestFile request(StateDirectory(), review_id, change, options.reason);
  apply.request_id = request.request_id();
  const auto response = client->Apply(review_id, change, apply);
  if (IsDefinite(response.status())) {
    request.Answered();
  } else if (absl::IsDataLoss(response.status())) {
    session.output().Tell(
        "The change may be stored, in a log that does not verify.");
  } else {
    session.output().Tell(absl::StrCat(
        "No clear answer: the change may be stored or not. ",
        request.is_kept()
            ? "Repeat the same command within a day; it is applied once."
            : "The state directory cannot be written, so a repeat would be "
              "another change: look at the log before you repeat it."));
  }
  if (!response.ok()) return WithPlaces(response.status(), places);
  PrintWritten(session, review_id, *response);
  return ExitCode::kDone;
}

}  // namespace tidemark::cli
