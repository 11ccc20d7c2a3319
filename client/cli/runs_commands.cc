#include "client/cli/runs_commands.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/json_files.h"
#include "client/cli/living_mode_text.h"
#include "client/cli/session.h"
#include "client/cli/write.h"
#include "tidemark/v1/living_mode.pb.h"

namespace tidemark::cli {
namespace {

struct RecordOptions {
  std::string file;
  std::string step;
  std::string source;
  std::string on;
  std::optional<int64_t> identified;
  std::optional<int64_t> duplicates;
  std::string notes;
  WriteOptions write;
};

// The run that the options say.
absl::StatusOr<v1::StepRun> RunOf(const RecordOptions& options) {
  v1::StepRun run;
  ASSIGN_OR_RETURN(const auto step,
                   EnumOf<v1::Step::Code>("--step", options.step));
  if (step == v1::Step::SCREENING) {
    return UsageError("the counts of SCREENING come from a FILE");
  }
  run.set_step(step);
  run.set_source(options.source);
  run.set_performed_on(options.on);
  run.set_notes(options.notes);
  if (step == v1::Step::SEARCH) run.mutable_search();
  if (options.identified.has_value()) {
    run.mutable_search()->set_identified(*options.identified);
  }
  if (options.duplicates.has_value()) {
    run.mutable_search()->set_duplicates(*options.duplicates);
  }
  return run;
}

absl::StatusOr<ExitCode> Record(Session& session,
                                const RecordOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  v1::Change change;
  v1::RecordRuns& record = *change.mutable_record_runs();
  std::vector<std::string> places;
  if (options.file.empty()) {
    if (options.step.empty()) {
      return UsageError("what was done? Give --step and --on, or a FILE");
    }
    ASSIGN_OR_RETURN(*record.add_runs(), RunOf(options));
  } else {
    ASSIGN_OR_RETURN(const auto runs,
                     ReadJsonFiles<v1::StepRun>({options.file}, "runs"));
    for (const FromFile<v1::StepRun>& run : runs) {
      *record.add_runs() = run.message;
      places.push_back(run.place);
    }
  }
  return Write(session, review, change, options.write, places);
}

void AddRecord(CLI::App& runs, Session& session) {
  auto* command = runs.add_subcommand(
      "record", "Say what was done, also if nothing came of it");
  auto options = std::make_shared<RecordOptions>();
  auto* file = command->add_option(
      "FILE", options->file,
      "JSON: a run, a list of them, or {\"runs\": [...]}; - for stdin");
  const auto add = [&](const char* name, auto* value, const char* help,
                       const char* type) {
    command->add_option(name, *value, help)->type_name(type)->excludes(file);
  };
  add("--step", &options->step, "search, extraction, synthesis or publication",
      "STEP");
  add("--source", &options->source, "Source that was searched, e.g. MEDLINE",
      "NAME");
  add("--on", &options->on, "Day on which it was done", "YYYY-MM-DD");
  add("--identified", &options->identified, "Records that the search found",
      "N");
  add("--duplicates", &options->duplicates,
      "Of these, those known before: from other sources or earlier searches",
      "N");
  add("--notes", &options->notes, "What was searched for, or other words",
      "WORDS");
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Record(session, *options); });
}

struct ListOptions {
  int64_t from = 0;
  int64_t to = 0;
};

absl::StatusOr<ExitCode> List(Session& session, const ListOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto runs,
                   client->ListRuns(review, options.from, options.to));
  if (session.output().is_json()) {
    v1::ListRunsResponse response;
    response.mutable_runs()->Add(runs.begin(), runs.end());
    session.output().PrintJson(response);
  } else {
    session.output().Print(RunsTable(runs));
  }
  return ExitCode::kDone;
}

void AddList(CLI::App& runs, Session& session) {
  auto* command = runs.add_subcommand("list", "List what was done");
  auto options = std::make_shared<ListOptions>();
  command->add_option("--from", options->from, "First sequence")
      ->check(CLI::PositiveNumber);
  command->add_option("--to", options->to, "Last sequence")
      ->check(CLI::PositiveNumber);
  session.OnCommand(command,
                    [&session, options] { return List(session, *options); });
}

}  // namespace

void AddRunsCommands(CLI::App& app, Session& session) {
  auto* runs =
      app.add_subcommand("runs", "What was done to keep the review up to date");
  runs->require_subcommand(1);
  AddRecord(*runs, session);
  AddList(*runs, session);
}

}  // namespace tidemark::cli
