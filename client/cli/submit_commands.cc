#include "client/cli/submit_commands.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/field_edit.h"
#include "client/cli/json_files.h"
#include "client/cli/session.h"
#include "client/cli/write.h"

namespace tidemark::cli {
namespace {

struct SubmitOptions {
  std::vector<std::string> files;
  int64_t if_version = -1;
  WriteOptions write;
};

absl::StatusOr<ExitCode> Submit(Session& session,
                                const SubmitOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const auto trials,
                   ReadJsonFiles<v1::Trial>(options.files, "trials"));
  if (options.if_version >= 0 && trials.size() > 1) {
    return UsageError("--if-version is for one trial");
  }
  v1::Change change;
  std::vector<std::string> places;
  for (const FromFile<v1::Trial>& trial : trials) {
    auto* submitted = change.mutable_submit_trials()->add_trials();
    *submitted->mutable_trial() = trial.message;
    if (options.if_version >= 0) {
      submitted->set_expected_version(options.if_version);
    }
    places.push_back(trial.place);
  }
  return Write(session, review, change, options.write, places);
}

void AddSubmit(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "submit", "Submit trials, new or in a new version, as one entry");
  auto options = std::make_shared<SubmitOptions>();
  command
      ->add_option("FILE", options->files,
                   "JSON: a trial, a list of them, or {\"trials\": [...]}; - "
                   "for stdin")
      ->required();
  command
      ->add_option("--if-version", options->if_version,
                   "Only if the trial is at this version; 0: only if it is new")
      ->check(CLI::NonNegativeNumber);
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Submit(session, *options); });
}

struct CorrectOptions {
  std::string trial;
  std::vector<std::string> edits;
  int64_t if_version = 0;
  WriteOptions write;
};

absl::StatusOr<ExitCode> Correct(Session& session,
                                 const CorrectOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  v1::Change change;
  v1::CorrectTrial* correct = change.mutable_correct_trial();
  correct->set_trial_id(options.trial);
  for (const std::string& edit : options.edits) {
    ASSIGN_OR_RETURN(*correct->add_edits(), ParseFieldEdit(edit));
  }
  if (options.if_version > 0) {
    correct->set_expected_version(options.if_version);
  }
  return Write(session, review, change, options.write);
}

void AddCorrect(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("correct", "Correct single numbers of a trial");
  auto options = std::make_shared<CorrectOptions>();
  command->add_option("TRIAL", options->trial, "Trial")->required();
  command
      ->add_option(
          "--set", options->edits,
          "PATH=VALUE, e.g. 'results[pain/6m/msc].continuous.sd=16.2'; "
          "an empty value clears; may be repeated")
      ->required()
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--if-version", options->if_version,
                   "Only if the trial is at this version")
      ->check(CLI::PositiveNumber);
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Correct(session, *options); });
}

}  // namespace

void AddSubmitCommands(CLI::App& app, Session& session) {
  AddSubmit(app, session);
  AddCorrect(app, session);
}

}  // namespace tidemark::cli
