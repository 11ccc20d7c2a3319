#include "client/cli/blame_command.h"

#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/blame_table.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"

namespace tidemark::cli {
namespace {

struct BlameOptions {
  std::string trial;
  std::string arm;
  std::string field;
  std::string moment;
};

absl::StatusOr<ExitCode> Blame(Session& session, const BlameOptions& options) {
  v1::BlameRequest request;
  ASSIGN_OR_RETURN(*request.mutable_review_id(), session.Review());
  request.set_trial_id(options.trial);
  ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf(options.moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(v1::BlameResponse blame, client->Blame(request));
  KeepFields(options.arm, options.field, &blame);
  if (blame.fields().empty()) {
    return absl::NotFoundError(absl::StrCat("trial \"", options.trial,
                                            "\" has no such field; `blame ",
                                            options.trial, "` lists all"));
  }
  if (session.output().is_json()) {
    session.output().PrintJson(blame);
    return ExitCode::kDone;
  }
  v1::ListExtractionsRequest drafts_of;
  drafts_of.set_review_id(request.review_id());
  drafts_of.set_trial_id(options.trial);
  ASSIGN_OR_RETURN(const std::vector<v1::Extraction> extractions,
                   client->ListExtractions(drafts_of));
  std::vector<v1::Draft> drafts;
  for (const v1::Extraction& extraction : extractions) {
    drafts.insert(drafts.end(), extraction.drafts().begin(),
                  extraction.drafts().end());
  }
  session.output().Remark(absl::StrCat(options.trial, "@", blame.version()));
  session.output().Print(BlameTable(blame, drafts));
  return ExitCode::kDone;
}

}  // namespace

void AddBlameCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "blame", "Who wrote each field of a trial, when and why");
  auto options = std::make_shared<BlameOptions>();
  command->add_option("TRIAL", options->trial, "Trial")->required();
  command->add_option("--arm", options->arm,
                      "Only this arm, its results and contrasts");
  command->add_option("--field", options->field,
                      "Only fields of this name or path, e.g. sd");
  command->add_option("--as-of", options->moment, kAsOfHelp);
  session.OnCommand(command,
                    [&session, options] { return Blame(session, *options); });
}

}  // namespace tidemark::cli
