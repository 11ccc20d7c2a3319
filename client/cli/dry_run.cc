#include "client/cli/dry_run.h"

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/error_message.h"
#include "client/cli/event_text.h"
#include "client/cli/impact.h"
#include "client/cli/redaction_table.h"
#include "client/cli/table.h"
#include "client/client.h"

namespace tidemark::cli {
namespace {

// The moved estimates as they were just before the entry that a dry run would
// have written.
absl::StatusOr<EstimatesBefore> ReadBefore(client::Client& client,
                                           const std::string& review_id,
                                           const v1::ApplyResponse& response) {
  EstimatesBefore estimates;
  if (response.sequence() <= 1) return estimates;
  v1::AsOf before;
  before.set_sequence(response.sequence() - 1);
  for (const v1::Estimate& moved : response.estimates()) {
    auto now = client.GetEstimate(review_id, moved.analysis_id(), before);
    if (absl::IsNotFound(now.status())) continue;  // the analysis is new
    RETURN_IF_ERROR(now.status());
    estimates[moved.analysis_id()] = *std::move(now);
  }
  return estimates;
}

Table EventsTable(const v1::ApplyResponse& response) {
  Table table = {"Conclusion events", EventColumns(), {}};
  for (const v1::ConclusionEvent& event : response.events()) {
    table.rows.push_back(EventCells(event));
  }
  return table;
}

// Who must be told. Of a change that could have none, nothing.
void TellReleases(const v1::Change& change, const v1::ApplyResponse& response,
                  Output& output) {
  for (const v1::AffectedRelease& affected : response.affected_releases()) {
    const auto& relied_on = affected.relied_on();
    output.Tell(absl::StrCat(
        "Release ", affected.release().tag(), " (sequence ",
        affected.release().sequence(), ") relied on ",
        absl::StrJoin(relied_on, "; ",
                      [](std::string* out, const v1::ReliedOn& on) {
                        absl::StrAppend(out, absl::StrJoin(on.trials(), ", "),
                                        " in ", on.analysis_id());
                      }),
        ". Who cites it should be told."));
  }
  if (response.affected_releases().empty() &&
      (change.has_set_trial_status() || change.has_correct_trial())) {
    output.Tell("No release relied on it.");
  }
}

void PrintImpact(const EstimatesBefore& before,
                 const v1::ApplyResponse& response, Output& output) {
  const std::vector<Table> tables = ImpactTables(before, response);
  output.Print(tables);
  if (tables.empty()) output.Tell("No comparison would move.");
  if (output.is_table() && !response.events().empty()) {
    output.Remark("");
    output.Print(EventsTable(response));
  }
  for (const v1::Estimate& estimate : response.estimates()) {
    if (estimate.not_estimable().empty()) continue;
    output.Tell(
        absl::StrCat(estimate.analysis_id(),
                     " would have no estimate: ", estimate.not_estimable()));
  }
}

}  // namespace

absl::StatusOr<ExitCode> DryRun(Session& session, const std::string& review_id,
                                const v1::Change& change,
                                const std::string& reason,
                                const std::vector<std::string>& places) {
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  client::ApplyOptions options;
  options.reason = reason;
  options.validate_only = true;
  const auto response = client->Apply(review_id, change, options);
  if (!response.ok()) return WithPlaces(response.status(), places);
  Output& output = session.output();
  if (output.is_json()) {
    output.PrintJson(*response);
    return ExitCode::kDone;
  }
  if (change.has_make_release()) {
    output.Print(EventsTable(*response));
  } else if (change.has_redact_changes()) {
    output.Print(
        RedactionTable(change.redact_changes(), response->redaction()));
  } else {
    ASSIGN_OR_RETURN(const EstimatesBefore before,
                     ReadBefore(*client, review_id, *response));
    PrintImpact(before, *response, output);
    if (response->drafts().empty()) TellReleases(change, *response, output);
  }
  if (!response->drafts().empty()) {
    output.Tell(absl::StrCat(
        response->drafts_size() == 1
            ? "It would be a draft: "
            : absl::StrCat(response->drafts_size(), " would be drafts: "),
        "the policy of the review wants another actor before it takes "
        "effect."));
  }
  output.Tell(absl::StrCat("Dry run: nothing is stored. It would be sequence ",
                           response->sequence(), " of ", review_id, "."));
  return ExitCode::kDone;
}

}  // namespace tidemark::cli
