#include "client/cli/analysis_commands.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/json_files.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/write.h"

namespace tidemark::cli {
namespace {

struct PutOptions {
  std::vector<std::string> files;
  bool create = false;
  WriteOptions write;
};

// `create` is for new analyses, `update` for those that are there.
absl::Status CheckExistence(client::Client& client, const std::string& review,
                            const v1::PutAnalyses& put, bool create) {
  ASSIGN_OR_RETURN(const auto listed, client.ListAnalyses(review));
  std::set<std::string> ids;
  for (const auto& record : listed.analyses()) {
    ids.insert(record.analysis().analysis_id());
  }
  for (const v1::Analysis& analysis : put.analyses()) {
    const bool exists = ids.count(analysis.analysis_id()) > 0;
    if (exists && create) {
      return absl::AlreadyExistsError(
          absl::StrCat("analysis ", analysis.analysis_id(),
                       " exists; use `analysis update`"));
    }
    if (!exists && !create) {
      return absl::NotFoundError(absl::StrCat("there is no analysis ",
                                              analysis.analysis_id(),
                                              "; use `analysis create`"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Put(Session& session, const PutOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const auto analyses,
                   ReadJsonFiles<v1::Analysis>(options.files, "analyses"));
  v1::Change change;
  std::vector<std::string> places;
  for (const FromFile<v1::Analysis>& analysis : analyses) {
    *change.mutable_put_analyses()->add_analyses() = analysis.message;
    places.push_back(analysis.place);
  }
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  RETURN_IF_ERROR(
      CheckExistence(*client, review, change.put_analyses(), options.create));
  return Write(session, review, change, options.write, places);
}

void AddPut(CLI::App& analysis, Session& session, bool create) {
  auto* command = create
                      ? analysis.add_subcommand("create", "Create analyses")
                      : analysis.add_subcommand("update", "Replace analyses");
  auto options = std::make_shared<PutOptions>();
  options->create = create;
  if (create) options->write.reason = "create the analysis";
  command
      ->add_option("FILE", options->files,
                   "JSON: an analysis, a list of them, or {\"analyses\": "
                   "[...]}; - for stdin")
      ->required();
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Put(session, *options); });
}

absl::StatusOr<ExitCode> List(Session& session, const std::string& moment) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->ListAnalyses(review, as_of));
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return ExitCode::kDone;
  }
  Table table = {"",
                 {{"analysis"},
                  {"title"},
                  {"outcome"},
                  {"time_point"},
                  {"node_map"},
                  {"measure"},
                  {"tau2"},
                  {"reference"},
                  {"version"},
                  {"sequence"}},
                 {}};
  for (const v1::AnalysisRecord& record : response.analyses()) {
    const v1::Analysis& analysis = record.analysis();
    table.rows.push_back(
        {Text(analysis.analysis_id()), Text(analysis.title()),
         Text(analysis.outcome()), Text(analysis.time_point()),
         Text(analysis.node_map()),
         Text(v1::EffectMeasure::Code_Name(analysis.effect_measure())),
         Text(v1::Tau2Method::Code_Name(analysis.tau2_method())),
         Text(analysis.reference()), Integer(record.version()),
         Integer(record.sequence())});
  }
  session.output().Print(table);
  return ExitCode::kDone;
}

}  // namespace

void AddAnalysisCommands(CLI::App& app, Session& session) {
  auto* analysis = app.add_subcommand("analysis", "What to estimate, and how");
  analysis->require_subcommand(1);
  AddPut(*analysis, session, /*create=*/true);
  AddPut(*analysis, session, /*create=*/false);
  auto* list = analysis->add_subcommand("list", "List the review's analyses");
  auto moment = std::make_shared<std::string>();
  list->add_option("--as-of", *moment, kAsOfHelp);
  session.OnCommand(list,
                    [&session, moment] { return List(session, *moment); });
}

}  // namespace tidemark::cli
