#include "client/cli/diff_command.h"

#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/diff_tables.h"
#include "client/cli/moment_range.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

struct DiffOptions {
  std::string range;
  bool records = false;
  bool estimates = false;
};

absl::StatusOr<v1::DiffResponse> Get(Session& session,
                                     const DiffOptions& options) {
  ASSIGN_OR_RETURN(const MomentRange range, ParseMomentRange(options.range));
  if (!range.from.has_value()) {
    return UsageError("`diff` needs a moment to begin with: FROM..TO");
  }
  v1::DiffRequest request;
  ASSIGN_OR_RETURN(*request.mutable_review_id(), session.Review());
  *request.mutable_from() = *range.from;
  *request.mutable_to() = range.to;
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  return client->Diff(request);
}

absl::StatusOr<ExitCode> Diff(Session& session, const DiffOptions& options) {
  ASSIGN_OR_RETURN(v1::DiffResponse diff, Get(session, options));
  // Neither asks for both.
  if (options.estimates && !options.records) diff.clear_records();
  if (options.records && !options.estimates) diff.clear_estimates();
  Output& output = session.output();
  const std::vector<Table> moved = EstimateDiffTables(diff);
  const std::vector<std::string> events = NetworkEventLines(diff);
  const bool same = diff.records().empty() && moved.empty() && events.empty();
  if (output.is_json()) {
    output.PrintJson(diff);
  } else {
    output.Remark(absl::StrCat("sequence ", diff.from_sequence(), " -> ",
                               diff.to_sequence()));
    if (!diff.records().empty()) output.Print(RecordsTable(diff));
    if (!diff.records().empty() && !moved.empty()) output.Remark("");
    output.Print(moved);
    if (!moved.empty() && !events.empty()) output.Remark("");
    for (const std::string& event : events) output.Remark(event);
    if (same) output.Tell("Nothing differs.");
  }
  return same ? ExitCode::kDone : ExitCode::kDifferent;
}

}  // namespace

void AddDiffCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "diff", "What differs between two moments: records, estimates");
  auto options = std::make_shared<DiffOptions>();
  command
      ->add_option("FROM..TO", options->range,
                   "Sequences, times or tag:RELEASE; an empty TO is now")
      ->required();
  command->add_flag("--records", options->records, "Records, field by field");
  command->add_flag("--estimates", options->estimates,
                    "Comparisons that moved, and events");
  session.OnCommand(command,
                    [&session, options] { return Diff(session, *options); });
}

}  // namespace tidemark::cli
