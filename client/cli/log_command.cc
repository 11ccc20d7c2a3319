#include "client/cli/log_command.h"

#include <algorithm>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/log_entry.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

struct LogOptions {
  std::string review;
  std::string trial;
  std::string actor;
  std::string action;
  int64_t from = 0;
  int64_t to = 0;
};

// By what the entry wrote: `resource` is cut short where there are many.
bool Wrote(const v1::EntryWithEvidence& entry, const std::string& trial) {
  const auto& trials = entry.evidence().trials();
  return std::any_of(
      trials.begin(), trials.end(),
      [&](const v1::StoredRecord& record) { return record.id() == trial; });
}

bool Passes(const v1::EntryWithEvidence& entry, const LogOptions& options) {
  return (options.trial.empty() || Wrote(entry, options.trial)) &&
         (options.actor.empty() || entry.entry().actor() == options.actor) &&
         (options.action.empty() || entry.entry().action() == options.action);
}

absl::StatusOr<ExitCode> Log(Session& session, const LogOptions& options) {
  v1::ListEntriesRequest request;
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  request.set_review_id(review);
  request.set_from_sequence(options.from);
  request.set_to_sequence(options.to);
  request.set_with_evidence(!options.trial.empty());
  ASSIGN_OR_RETURN(auto* const client, session.Client());

  v1::ListEntriesResponse all;
  Table table = {"", LogColumns(), {}};
  RETURN_IF_ERROR(client->ListEntries(
      request, [&](const v1::ListEntriesResponse& page) -> absl::Status {
        for (const v1::EntryWithEvidence& entry : page.entries()) {
          if (!Passes(entry, options)) continue;
          if (session.output().is_json()) {
            *all.add_entries()->mutable_entry() = entry.entry();
          } else {
            table.rows.push_back(LogCells(entry.entry()));
          }
        }
        return absl::OkStatus();
      }));
  if (session.output().is_json()) {
    session.output().PrintJson(all);
  } else {
    session.output().Print(table);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddLogCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("log", "The audit trail of a review");
  auto options = std::make_shared<LogOptions>();
  command->add_option("REVIEW", options->review, "Review; default: --review");
  command->add_option("--trial", options->trial, "Only entries on this trial");
  command->add_option("--actor", options->actor, "Only entries of this actor");
  command->add_option("--action", options->action,
                      "Only entries of this kind, e.g. trials.submit");
  command->add_option("--from", options->from, "First sequence")
      ->check(CLI::PositiveNumber);
  command->add_option("--to", options->to, "Last sequence")
      ->check(CLI::PositiveNumber);
  session.OnCommand(command,
                    [&session, options] { return Log(session, *options); });
}

}  // namespace tidemark::cli
