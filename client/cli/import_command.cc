#include "client/cli/import_command.h"

#include <map>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/session.h"
#include "client/cli/table_file.h"
#include "client/cli/trials_from_table.h"
#include "client/cli/write.h"
#include "client/import/arm_table.h"

namespace tidemark::cli {
namespace {

struct ImportOptions {
  std::string file;
  std::string format;
  std::string measure;
  std::string design = "parallel";
  bool change = false;
  TableContext context;
  WriteOptions write;
};

absl::StatusOr<TableContext> ContextOf(const ImportOptions& options,
                                       client::TableLayout layout) {
  TableContext context = options.context;
  context.file = options.file == "-" ? "standard input" : options.file;
  if (options.change) context.value_kind = v1::Continuous::CHANGE;
  ASSIGN_OR_RETURN(context.design,
                   EnumOf<v1::Trial::Design>("--design", options.design));
  ASSIGN_OR_RETURN(context.measure, EnumOf<v1::EffectMeasure::Code>(
                                        "--measure", options.measure));
  if (options.measure.empty()) {
    // Arms do without: it only matters that contrasts do not.
    RETURN_IF_ERROR(DefaultMeasure({layout}).status());
  }
  return context;
}

absl::StatusOr<ExitCode> Import(Session& session,
                                const ImportOptions& options) {
  ASSIGN_OR_RETURN(const std::string review_id, session.Review());
  ASSIGN_OR_RETURN(const client::ArmTable table,
                   ReadTableFile(options.file, options.format));
  ASSIGN_OR_RETURN(const TableContext context,
                   ContextOf(options, table.layout));
  TellLeftOutRows(table.left_out_arms, session.output());
  for (const nma::LeftOutStudy& study : table.left_out_studies) {
    session.output().Tell(
        absl::StrCat("Left out: ", study.study, ": ", study.reason));
  }
  if (table.studies.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(context.file, " has no study that can be used"));
  }
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto review, client->GetReview(review_id));
  ASSIGN_OR_RETURN(const auto trials, client->ListTrials(review_id));
  std::map<std::string, v1::TrialRecord> existing;
  for (const v1::TrialRecord& record : trials) {
    existing[record.trial().trial_id()] = record;
  }
  v1::Change change;
  ASSIGN_OR_RETURN(*change.mutable_submit_trials(),
                   TrialsFromTable(table, context, review.review(), existing));
  if (change.submit_trials().trials().empty()) {
    session.output().Tell("Nothing to import: already stored.");
    return ExitCode::kDone;
  }
  std::vector<std::string> places;
  for (const v1::SubmittedTrial& trial : change.submit_trials().trials()) {
    places.push_back(
        absl::StrCat(context.file, ", ", trial.trial().trial_id()));
  }
  return Write(session, review_id, change, options.write, places);
}

}  // namespace

void AddImportCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "import", "Submit the trials of a table (CSV) as one entry");
  auto options = std::make_shared<ImportOptions>();
  TableContext& context = options->context;
  command->add_option("FILE", options->file, "Table; - for stdin")->required();
  command->add_option("--outcome", context.outcome, "Outcome of the numbers")
      ->required();
  command
      ->add_option("--time-point", context.time_point,
                   "Time point of the numbers, or any")
      ->required();
  command->add_option(
      "--format", options->format,
      "binary, continuous, rate, contrast or baseline; default: "
      "by the header");
  command->add_option("--instrument", context.instrument,
                      "Instrument of the numbers; default: the only one");
  command->add_flag("--change", options->change,
                    "Means are of changes since baseline");
  command->add_option("--measure", options->measure,
                      "Effect measure of a table of contrasts");
  command
      ->add_option("--design", options->design,
                   "Of new trials: parallel, crossover or cluster")
      ->capture_default_str();
  command
      ->add_option("--year", context.year,
                   "Of new trials whose name does not end in a year")
      ->check(CLI::Range(1900, 2200));
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Import(session, *options); });
}

}  // namespace tidemark::cli
