#include "client/cli/explain_command.h"

#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/explain_tables.h"
#include "client/cli/moment_range.h"
#include "client/cli/session.h"

namespace tidemark::cli {
namespace {

struct ExplainOptions {
  v1::ExplainRequest request;
  std::string range = "..";
};

absl::StatusOr<ExitCode> Explain(Session& session, ExplainOptions options) {
  v1::ExplainRequest& request = options.request;
  RETURN_IF_ERROR(CheckComparison(request.first(), request.second()));
  ASSIGN_OR_RETURN(const MomentRange range, ParseMomentRange(options.range));
  if (range.from.has_value()) *request.mutable_from() = *range.from;
  *request.mutable_to() = range.to;
  ASSIGN_OR_RETURN(*request.mutable_review_id(), session.Review());
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const v1::ExplainResponse explanation,
                   client->Explain(request));
  Output& output = session.output();
  if (output.is_json()) {
    output.PrintJson(explanation);
    return ExitCode::kDone;
  }
  output.Print(StepsTable(request, explanation));
  for (const std::string& note : ExplainNotes(explanation)) {
    output.Remark(note);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddExplainCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "explain", "Which entries moved a comparison, and by how much");
  auto options = std::make_shared<ExplainOptions>();
  v1::ExplainRequest& request = options->request;
  command->add_option("ANALYSIS", *request.mutable_analysis_id(), "Analysis")
      ->required();
  command->add_option("FIRST", *request.mutable_first(), "First treatment")
      ->required();
  command->add_option("SECOND", *request.mutable_second(), "Second treatment")
      ->required();
  command->add_option("FROM..TO", options->range,
                      "Sequences, times or tag:RELEASE; default: all");
  session.OnCommand(command,
                    [&session, options] { return Explain(session, *options); });
}

}  // namespace tidemark::cli
