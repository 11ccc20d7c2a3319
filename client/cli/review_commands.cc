#include "client/cli/review_commands.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/extraction_tables.h"
#include "client/cli/json_files.h"
#include "client/cli/living_mode_text.h"
#include "client/cli/moment.h"
#include "client/cli/output.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/write.h"

namespace tidemark::cli {
namespace {

struct PutOptions {
  std::string file;
  int64_t if_version = -1;
  WriteOptions write;
};

absl::StatusOr<ExitCode> Put(Session& session, const PutOptions& options) {
  ASSIGN_OR_RETURN(const auto reviews,
                   ReadJsonFiles<v1::Review>({options.file}, ""));
  const FromFile<v1::Review>& review = reviews.front();
  v1::Change change;
  *change.mutable_put_review()->mutable_review() = review.message;
  if (options.if_version >= 0) {
    change.mutable_put_review()->set_expected_version(options.if_version);
  }
  return Write(session, review.message.review_id(), change, options.write,
               {review.place});
}

void AddCreate(CLI::App& review, Session& session) {
  auto* command =
      review.add_subcommand("create", "Create a review from its protocol");
  auto options = std::make_shared<PutOptions>();
  options->if_version = 0;
  options->write.reason = "create the review";
  command->add_option("FILE", options->file, "Protocol (JSON); - for stdin")
      ->required();
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Put(session, *options); });
}

void AddUpdate(CLI::App& review, Session& session) {
  auto* command =
      review.add_subcommand("update", "Replace the protocol of a review");
  auto options = std::make_shared<PutOptions>();
  command->add_option("FILE", options->file, "Protocol (JSON); - for stdin")
      ->required();
  command
      ->add_option("--if-version", options->if_version,
                   "Only if the protocol is at this version")
      ->check(CLI::PositiveNumber);
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Put(session, *options); });
}

absl::StatusOr<ExitCode> List(Session& session) {
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->ListReviews());
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return ExitCode::kDone;
  }
  Table table = {"", {{"review"}, {"title"}, {"head"}, {"problem"}}, {}};
  for (const v1::ReviewSummary& review : response.reviews()) {
    table.rows.push_back({Text(review.review_id()), Text(review.title()),
                          Integer(review.head_sequence()),
                          Text(review.problem())});
  }
  session.output().Print(table);
  return ExitCode::kDone;
}

std::string NodesOf(const v1::NodeMap& map, const std::string& treatment) {
  std::vector<std::string> nodes;
  for (const v1::NodeRule& rule : map.rules()) {
    if (rule.treatment() != treatment) continue;
    nodes.push_back(rule.time_points().empty()
                        ? rule.node()
                        : absl::StrCat(rule.node(), " at ",
                                       absl::StrJoin(rule.time_points(), "+")));
  }
  return nodes.empty() ? "-" : absl::StrJoin(nodes, ", ");
}

std::vector<Column> ReviewColumns() {
  return {{"what"}, {"id"}, {"name"}, {"details"}};
}

// Everything with an identifier, by what it is: what one needs to write trials
// and analyses.
Table ProtocolTable(const v1::GetReviewResponse& response) {
  const v1::Review& review = response.review();
  Table table = {absl::StrCat(review.review_id(), ": ", review.title(),
                              " (protocol version ", response.version(),
                              ", head ", response.head_sequence(), ")"),
                 ReviewColumns(),
                 {}};
  const auto add = [&table](const char* what, const std::string& id,
                            const std::string& name,
                            const std::string& details) {
    table.rows.push_back({Text(what), Text(id), Text(name), Text(details)});
  };
  if (response.has_policy()) {
    const v1::PolicyRecord& policy = response.policy();
    add("policy", "", ShownPolicy(policy.policy()),
        absl::StrCat("version ", policy.version(), ", sequence ",
                     policy.sequence(), ", by ", policy.actor(), ": ",
                     policy.reason()));
  }
  for (const v1::Treatment& treatment : review.treatments()) {
    std::vector<std::string> nodes;
    for (const v1::NodeMap& map : review.node_maps()) {
      nodes.push_back(
          absl::StrCat(map.id(), ": ", NodesOf(map, treatment.id())));
    }
    add("treatment", treatment.id(), treatment.name(),
        absl::StrJoin(nodes, "; "));
  }
  for (const v1::NodeMap& map : review.node_maps()) {
    add("node map", map.id(), map.title(),
        absl::StrJoin(map.nodes(), ", ",
                      [](std::string* out, const v1::Node& node) {
                        absl::StrAppend(out, node.id());
                      }));
  }
  for (const v1::Outcome& outcome : review.outcomes()) {
    add("outcome", outcome.id(), outcome.title(),
        absl::StrCat(v1::Outcome::Kind_Name(outcome.kind()), ", ",
                     v1::Outcome::Direction_Name(outcome.direction())));
    for (const v1::Instrument& instrument : outcome.instruments()) {
      add("instrument", instrument.id(), instrument.name(),
          absl::StrCat("of ", outcome.id(), ", ", instrument.scale_min(),
                       " to ", instrument.scale_max(), ", ",
                       v1::Outcome::Direction_Name(instrument.direction())));
    }
  }
  for (const v1::TimePoint& time_point : review.time_points()) {
    add("time point", time_point.id(), "",
        absl::StrCat(time_point.months(), " months (",
                     time_point.window_from_months(), " to ",
                     time_point.window_to_months(), ")"));
  }
  for (std::vector<Cell>& row : LivingModeRows(response)) {
    table.rows.push_back(std::move(row));
  }
  return table;
}

void TellOverdue(const v1::GetReviewResponse& response, Output& output) {
  for (const v1::DueStep& step : response.overdue()) {
    output.Tell(ShownOverdue(step));
  }
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& argument,
                              const std::string& moment) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(argument));
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->GetReview(review, as_of));
  if (session.output().is_json()) {
    session.output().PrintJson(response);
  } else {
    session.output().Print(ProtocolTable(response));
    TellOverdue(response, session.output());
  }
  return ExitCode::kDone;
}

void AddShow(CLI::App& review, Session& session) {
  auto* command = review.add_subcommand(
      "show", "Show a review's protocol, and what is due in living mode");
  auto argument = std::make_shared<std::string>();
  auto moment = std::make_shared<std::string>();
  command->add_option("REVIEW", *argument, "Review; default: --review");
  command->add_option("--as-of", *moment, kAsOfHelp);
  session.OnCommand(command, [&session, argument, moment] {
    return Show(session, *argument, *moment);
  });
}

struct LivingOptions {
  std::string file;
  int64_t if_version = -1;
  WriteOptions write;
};

absl::StatusOr<ExitCode> SetLiving(Session& session, const std::string& review,
                                   const LivingOptions& options) {
  ASSIGN_OR_RETURN(const auto modes,
                   ReadJsonFiles<v1::LivingMode>({options.file}, ""));
  v1::Change change;
  v1::SetLivingMode& set = *change.mutable_set_living_mode();
  *set.mutable_living_mode() = modes.front().message;
  if (options.if_version >= 0) set.set_expected_version(options.if_version);
  return Write(session, review, change, options.write, {modes.front().place});
}

absl::StatusOr<ExitCode> ShowLiving(Session& session,
                                    const std::string& review) {
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->GetReview(review));
  if (!response.has_living_mode()) {
    session.output().Tell("Living mode was never set.");
  }
  if (session.output().is_json()) {
    // As a FILE for the next version has it.
    session.output().PrintJson(response.living_mode().living_mode());
    return ExitCode::kDone;
  }
  session.output().Print({absl::StrCat(review, ": living mode"),
                          ReviewColumns(), LivingModeRows(response)});
  TellOverdue(response, session.output());
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Living(Session& session,
                                const LivingOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  if (!options.file.empty()) return SetLiving(session, review, options);
  if (options.if_version >= 0 || options.write.dry_run ||
      !options.write.reason.empty()) {
    return UsageError("what is living mode to be? Give a FILE");
  }
  return ShowLiving(session, review);
}

void AddLiving(CLI::App& review, Session& session) {
  auto* command =
      review.add_subcommand("living",
                            "Set whether and how the review is kept up to "
                            "date; without FILE show it");
  auto options = std::make_shared<LivingOptions>();
  command->add_option("FILE", options->file, "Living mode (JSON); - for stdin");
  command
      ->add_option("--if-version", options->if_version,
                   "Only if living mode is at this version; 0: only if there "
                   "is none yet")
      ->check(CLI::NonNegativeNumber);
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Living(session, *options); });
}

struct PolicyOptions {
  std::string review;
  std::string moment;
  std::string extraction;
  std::string adjudication;
  WriteOptions write;
};

absl::StatusOr<ExitCode> ShowPolicy(Session& session, const std::string& review,
                                    const std::string& moment) {
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->GetReview(review, as_of));
  if (session.output().is_json()) {
    session.output().PrintJson(response.policy());
    return ExitCode::kDone;
  }
  Table table = {
      "", {{"policy"}, {"version"}, {"sequence"}, {"actor"}, {"reason"}}, {}};
  if (response.has_policy()) {
    const v1::PolicyRecord& policy = response.policy();
    table.rows.push_back({Text(ShownPolicy(policy.policy())),
                          Integer(policy.version()), Integer(policy.sequence()),
                          Text(policy.actor()), Text(policy.reason())});
  } else {
    session.output().Tell(
        "No policy was set: submissions and corrections take effect at once.");
  }
  session.output().Print(table);
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Policy(Session& session,
                                const PolicyOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  if (options.extraction.empty()) {
    if (!options.adjudication.empty()) {
      return UsageError("--adjudication needs --extraction");
    }
    return ShowPolicy(session, review, options.moment);
  }
  v1::Change change;
  v1::Policy& policy = *change.mutable_set_policy()->mutable_policy();
  ASSIGN_OR_RETURN(
      const auto extraction,
      EnumOf<v1::Policy::Extraction>("--extraction", options.extraction));
  ASSIGN_OR_RETURN(
      const auto adjudication,
      EnumOf<v1::Policy::Adjudication>("--adjudication", options.adjudication));
  policy.set_extraction(extraction);
  policy.set_adjudication(adjudication);
  return Write(session, review, change, options.write);
}

void AddPolicy(CLI::App& review, Session& session) {
  auto* command = review.add_subcommand(
      "policy", "Show or set how many people a record of a trial takes");
  auto options = std::make_shared<PolicyOptions>();
  command->add_option("REVIEW", options->review, "Review; default: --review");
  command->add_option("--as-of", options->moment, kAsOfHelp);
  command
      ->add_option("--extraction", options->extraction,
                   "single, second_reviewer or double_extraction")
      ->type_name("RULE");
  command
      ->add_option("--adjudication", options->adjudication,
                   "With double_extraction: agreement or third_person")
      ->type_name("RULE");
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Policy(session, *options); });
}

}  // namespace

void AddReviewCommands(CLI::App& app, Session& session) {
  auto* review = app.add_subcommand("review", "Reviews and their protocols");
  review->require_subcommand(1);
  AddCreate(*review, session);
  AddUpdate(*review, session);
  session.OnCommand(review->add_subcommand("list", "List the server's reviews"),
                    [&session] { return List(session); });
  AddShow(*review, session);
  AddLiving(*review, session);
  AddPolicy(*review, session);
}

}  // namespace tidemark::cli
