#include "client/cli/release_commands.h"

#include <cstdint>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/write.h"

namespace tidemark::cli {
namespace {

struct MakeOptions {
  std::string tag;
  int64_t at = 0;
  std::string conclusions_changed;
  WriteOptions write;
};

std::string ShownChange(const v1::Release& release) {
  const std::string since = release.predecessor().empty()
                                ? "there was no release before"
                                : absl::StrCat("since ", release.predecessor());
  return release.conclusions_changed()
             ? absl::StrCat("Conclusions changed, ", since, ": ",
                            release.major_events(), " events.")
             : absl::StrCat("Conclusions did not change, ", since, ".");
}

// What the server made of the declaration.
absl::Status TellChange(Session& session, const std::string& review,
                        const std::string& tag) {
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->ListReleases(review));
  for (const v1::Release& release : response.releases()) {
    if (release.tag() == tag) session.output().Tell(ShownChange(release));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Make(Session& session, const MakeOptions& options) {
  ASSIGN_OR_RETURN(const auto declared,
                   EnumOf<v1::ConclusionsChanged::Code>(
                       "--conclusions-changed", options.conclusions_changed));
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  v1::Change change;
  change.mutable_make_release()->set_tag(options.tag);
  change.mutable_make_release()->set_sequence(options.at);
  change.mutable_make_release()->set_declared(declared);
  ASSIGN_OR_RETURN(const ExitCode code,
                   Write(session, review, change, options.write));
  if (!options.write.dry_run && !session.output().is_json()) {
    RETURN_IF_ERROR(TellChange(session, review, options.tag));
  }
  return code;
}

void AddMake(CLI::App& release, Session& session) {
  auto* command = release.add_subcommand(
      "make", "Tag a state of the review that readers can cite");
  auto options = std::make_shared<MakeOptions>();
  command->add_option("TAG", options->tag, "Tag, e.g. 2026.2; it never moves")
      ->required();
  command
      ->add_option("--at", options->at,
                   "Sequence that it is a tag of; default: the last one")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      ->add_option("--conclusions-changed", options->conclusions_changed,
                   "yes, no or auto: whether they did since the release "
                   "before; refused if the events say otherwise")
      ->required()
      ->type_name("DECLARED");
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Make(session, *options); });
}

absl::StatusOr<ExitCode> List(Session& session) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->ListReleases(review));
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return ExitCode::kDone;
  }
  Table table = {"",
                 {{"tag"},
                  {"sequence"},
                  {"made_at"},
                  {"time"},
                  {"actor"},
                  {"declared"},
                  {"changed"},
                  {"major_events"},
                  {"predecessor"},
                  {"trigger"}},
                 {}};
  for (const v1::Release& release : response.releases()) {
    table.rows.push_back(
        {Text(release.tag()), Integer(release.sequence()),
         Integer(release.made_at()), Text(ShownTime(release.time())),
         Text(release.actor()),
         Text(v1::ConclusionsChanged::Code_Name(release.declared())),
         Text(release.conclusions_changed() ? "yes" : "no"),
         Integer(release.major_events()), Text(release.predecessor()),
         Text(release.trigger())});
  }
  session.output().Print(table);
  return ExitCode::kDone;
}

}  // namespace

void AddReleaseCommands(CLI::App& app, Session& session) {
  auto* release =
      app.add_subcommand("release", "States of the review that readers cite");
  release->require_subcommand(1);
  AddMake(*release, session);
  session.OnCommand(
      release->add_subcommand("list", "List the review's releases"),
      [&session] { return List(session); });
}

}  // namespace tidemark::cli
