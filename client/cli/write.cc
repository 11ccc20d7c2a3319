#include "client/cli/write.h"

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/dry_run.h"
#include "client/cli/error_message.h"
#include "client/cli/exit_code.h"
#include "client/cli/extraction_tables.h"
#include "client/cli/redaction_table.h"
#include "client/cli/request_file.h"
#include "client/cli/session.h"
#include "client/cli/short_list.h"
#include "client/cli/state_directory.h"
#include "client/cli/table.h"
#include "client/client.h"

namespace tidemark::cli {
namespace {

void PrintWritten(Session& session, const std::string& review_id,
                  const v1::Change& change, const v1::ApplyResponse& response) {
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
  if (response.has_redaction()) {
    table = RedactionTable(change.redact_changes(), response.redaction());
  }
  for (const v1::Draft& draft : response.drafts()) {
    table.rows.push_back({Integer(response.sequence()),
                          Text(absl::StrCat("trials/", draft.trial_id())),
                          Text("draft")});
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

// What must be done before the drafts of an answer, which is stored whatever
// becomes of this, take effect.
void TellNextSteps(Session& session, const std::string& review_id,
                   const v1::ApplyResponse& response, client::Client* client) {
  if (response.drafts().empty() || session.output().is_json()) return;
  if (response.drafts_size() > 1) {
    session.output().Tell(
        absl::StrCat(response.drafts_size(),
                     " drafts wait for another actor: `tidemark extract list "
                     "--open` says for what."));
    return;
  }
  v1::ListExtractionsRequest request;
  request.set_review_id(review_id);
  request.set_trial_id(response.drafts(0).trial_id());
  const absl::StatusOr<std::vector<v1::Extraction>> extractions =
      client->ListExtractions(request);
  session.output().Tell(
      extractions.ok() && !extractions->empty()
          ? absl::StrCat("A draft: ", NextStep(extractions->front()), ".")
          : absl::StrCat("A draft; what it waits for could not be read: ",
                         extractions.status().message()));
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
  if (options.dry_run) {
    return DryRun(session, review_id, change, options.reason, places);
  }
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  client::ApplyOptions apply;
  apply.reason = options.reason;
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
  PrintWritten(session, review_id, change, *response);
  TellNextSteps(session, review_id, *response, client);
  return ExitCode::kDone;
}

}  // namespace tidemark::cli
