#include "client/cli/trial_commands.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/known_later.h"
#include "client/cli/moment.h"
#include "client/cli/number_format.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<ExitCode> List(Session& session, const std::string& moment) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto trials, client->ListTrials(review, as_of));
  if (session.output().is_json()) {
    v1::ListTrialsResponse all;
    for (const v1::TrialRecord& trial : trials) *all.add_trials() = trial;
    session.output().PrintJson(all);
    return ExitCode::kDone;
  }
  Table table = {"",
                 {{"trial"},
                  {"title"},
                  {"year"},
                  {"status"},
                  {"version"},
                  {"sequence"},
                  {"results"}},
                 {}};
  for (const v1::TrialRecord& record : trials) {
    const v1::Trial& trial = record.trial();
    table.rows.push_back(
        {Text(trial.trial_id()), Text(trial.title()), Integer(trial.year()),
         Text(v1::TrialStatus::Code_Name(record.status())),
         Integer(record.version()), Integer(record.sequence()),
         Integer(trial.results_size() + trial.contrasts_size())});
  }
  session.output().Print(table);
  return ExitCode::kDone;
}

// `matas-2019@3`. An `@` that no number follows belongs to the id.
v1::GetTrialRequest TrialAtVersion(const std::string& argument) {
  v1::GetTrialRequest request;
  const size_t at = argument.rfind('@');
  int64_t version = 0;
  if (at != std::string::npos &&
      absl::SimpleAtoi(argument.substr(at + 1), &version) && version >= 1) {
    request.set_trial_id(argument.substr(0, at));
    request.set_version(version);
  } else {
    request.set_trial_id(argument);
  }
  return request;
}

std::string ShownValue(const v1::Result& result) {
  const auto number = [](bool known, double value) {
    return known ? ExactNumber(value) : "?";
  };
  switch (result.value_case()) {
    case v1::Result::kContinuous: {
      const auto& value = result.continuous();
      return absl::StrCat("mean ", number(value.has_mean(), value.mean()),
                          ", sd ", number(value.has_sd(), value.sd()), ", n ",
                          number(value.has_n(), value.n()), ", ",
                          v1::Continuous::ValueKind_Name(value.value_kind()));
    }
    case v1::Result::kBinary: {
      const auto& value = result.binary();
      return absl::StrCat(number(value.has_events(), value.events()), " of ",
                          number(value.has_n(), value.n()));
    }
    case v1::Result::kRate: {
      const auto& value = result.rate();
      return absl::StrCat(number(value.has_events(), value.events()),
                          " events in ",
                          number(value.has_exposure(), value.exposure()));
    }
    case v1::Result::VALUE_NOT_SET:
      break;
  }
  return "";
}

std::string ShownSource(const v1::Source& source) {
  return source.locator().empty()
             ? source.report()
             : absl::StrCat(source.report(), ", ", source.locator());
}

std::string RecordLine(const v1::TrialRecord& record) {
  const v1::Trial& trial = record.trial();
  return absl::StrCat(trial.trial_id(), "@", record.version(), ": ",
                      trial.title(), ", ", trial.year(), ", ",
                      v1::TrialStatus::Code_Name(record.status()),
                      record.notice().empty() ? "" : " by ", record.notice());
}

// Who wrote this version, or who let it take effect.
std::string WrittenLine(const v1::TrialRecord& record) {
  return absl::StrCat(record.drafts().empty() ? "written" : "approved",
                      " at sequence ", record.sequence(), ", ",
                      ShownTime(record.time()), ", by ", record.actor(), ": ",
                      record.reason(),
                      record.drafts().empty()
                          ? ""
                          : absl::StrCat(" (of the drafts of sequence ",
                                         absl::StrJoin(record.drafts(), ", "),
                                         ": `tidemark extract show ",
                                         record.trial().trial_id(), "`)"));
}

// The numbers of a trial, under who wrote this version.
Table TrialTable(const v1::TrialRecord& record) {
  const v1::Trial& trial = record.trial();
  Table table = {WrittenLine(record),
                 {{"outcome"}, {"time_point"}, {"arms"}, {"value"}, {"source"}},
                 {}};
  for (const v1::Result& result : trial.results()) {
    table.rows.push_back({Text(result.outcome()), Text(result.time_point()),
                          Text(absl::StrJoin(result.arms(), "+")),
                          Text(ShownValue(result)),
                          Text(ShownSource(result.source()))});
  }
  for (const v1::Contrast& contrast : trial.contrasts()) {
    table.rows.push_back(
        {Text(contrast.outcome()), Text(contrast.time_point()),
         Text(absl::StrCat(contrast.first(), " minus ", contrast.second())),
         Text(absl::StrCat(
             v1::EffectMeasure::Code_Name(contrast.effect_measure()), " ",
             ExactNumber(contrast.effect()), ", se ",
             ExactNumber(contrast.se()),
             contrast.has_baseline_se()
                 ? absl::StrCat(", se of ", contrast.second(), " alone ",
                                ExactNumber(contrast.baseline_se()))
                 : "")),
         Text(ShownSource(contrast.source()))});
  }
  return table;
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& argument,
                              const std::string& moment) {
  v1::GetTrialRequest request = TrialAtVersion(argument);
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  request.set_review_id(review);
  if (!moment.empty()) {
    if (request.which_case() == v1::GetTrialRequest::kVersion) {
      return UsageError("give either TRIAL@VERSION or --as-of");
    }
    ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf(moment));
  }
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->GetTrial(request));
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return ExitCode::kDone;
  }
  session.output().Remark(RecordLine(response.record()));
  session.output().Print(TrialTable(response.record()));
  TellKnownLater(response.known_later(), session.output());
  return ExitCode::kDone;
}

}  // namespace

void AddTrialCommands(CLI::App& app, Session& session) {
  auto* trial = app.add_subcommand("trial", "Trials and their versions");
  trial->require_subcommand(1);
  auto moment = std::make_shared<std::string>();
  auto* list = trial->add_subcommand("list", "List the review's trials");
  list->add_option("--as-of", *moment, kAsOfHelp);
  session.OnCommand(list,
                    [&session, moment] { return List(session, *moment); });

  auto argument = std::make_shared<std::string>();
  auto* show = trial->add_subcommand("show", "Show a version of a trial");
  show->add_option("TRIAL", *argument, "Trial, or TRIAL@VERSION")->required();
  show->add_option("--as-of", *moment, kAsOfHelp);
  session.OnCommand(show, [&session, argument, moment] {
    return Show(session, *argument, *moment);
  });
}

}  // namespace tidemark::cli
