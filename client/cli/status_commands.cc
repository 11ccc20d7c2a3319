#include "client/cli/status_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/session.h"
#include "client/cli/write.h"

namespace tidemark::cli {
namespace {

struct StatusOptions {
  std::vector<std::string> trials;
  std::string notice;
  WriteOptions write;
};

absl::StatusOr<ExitCode> SetStatus(Session& session,
                                   v1::TrialStatus::Code status,
                                   const StatusOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  v1::Change change;
  v1::SetTrialStatus* set = change.mutable_set_trial_status();
  for (const std::string& trial : options.trials) set->add_trial_ids(trial);
  set->set_status(status);
  set->set_notice(options.notice);
  return Write(session, review, change, options.write);
}

void AddStatus(CLI::App& app, Session& session, const std::string& name,
               const std::string& help, v1::TrialStatus::Code status,
               bool needs_notice) {
  auto* command = app.add_subcommand(name, help);
  auto options = std::make_shared<StatusOptions>();
  command->add_option("TRIAL", options->trials, "Trials")->required();
  command->add_option("--notice", options->notice, "DOI or URL of the notice")
      ->required(needs_notice)
      ->type_name("DOI");
  AddWriteOptions(command, &options->write);
  session.OnCommand(command, [&session, status, options] {
    return SetStatus(session, status, *options);
  });
}

}  // namespace

void AddStatusCommands(CLI::App& app, Session& session) {
  AddStatus(app, session, "retract", "Take retracted trials out",
            v1::TrialStatus::RETRACTED, true);
  AddStatus(app, session, "concern", "Note an expression of concern",
            v1::TrialStatus::CONCERN, true);
  AddStatus(app, session, "exclude", "Take trials out that are not eligible",
            v1::TrialStatus::EXCLUDED, false);
  AddStatus(app, session, "reinstate", "Use trials again",
            v1::TrialStatus::REINSTATED, false);
}

}  // namespace tidemark::cli
