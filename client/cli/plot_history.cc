#include "client/cli/plot_history.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"
#include "client/cli/plot_output.h"
#include "client/cli/plot_read.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

using By = report::HistoryInput::By;

struct HistoryOptions {
  HistoryQuestion question;
  std::string from;
  std::string to;
  std::string by = "sequence";
  FigureFiles files;
};

// A release as the sequence that it is a tag of.
absl::StatusOr<v1::AsOf> WithoutRelease(
    const v1::AsOf& moment, const v1::ListReleasesResponse& releases) {
  if (moment.moment_case() != v1::AsOf::kRelease) return moment;
  for (const v1::Release& release : releases.releases()) {
    if (release.tag() != moment.release()) continue;
    v1::AsOf sequence;
    sequence.set_sequence(release.sequence());
    return sequence;
  }
  return absl::NotFoundError(
      absl::StrCat("the review has no release \"", moment.release(), "\""));
}

// Whether the entry came after the moment, which is set and no release.
bool IsAfter(const v1::EstimateAt& at, const v1::AsOf& moment) {
  if (moment.moment_case() == v1::AsOf::kSequence) {
    return at.estimate().sequence() > moment.sequence();
  }
  const auto& entry = at.cause().time();
  const auto& time = moment.time();
  return std::make_pair(entry.seconds(), entry.nanos()) >
         std::make_pair(time.seconds(), time.nanos());
}

bool IsSet(const v1::AsOf& moment) {
  return moment.moment_case() != v1::AsOf::MOMENT_NOT_SET;
}

// The estimates that hold at some time from `from` to `to`.
absl::StatusOr<std::vector<v1::EstimateAt>> Between(
    std::vector<v1::EstimateAt> history, const v1::AsOf& from,
    const v1::AsOf& to) {
  const auto first_after = [&](const v1::AsOf& moment) {
    return std::find_if(
        history.begin(), history.end(),
        [&](const v1::EstimateAt& at) { return IsAfter(at, moment); });
  };
  if (IsSet(from) && IsSet(to) && first_after(to) < first_after(from)) {
    return UsageError("--from is later than --to; exchange the two");
  }
  if (IsSet(to)) history.erase(first_after(to), history.end());
  if (IsSet(from)) {
    const auto after = first_after(from);
    if (after != history.begin()) history.erase(history.begin(), after - 1);
  }
  return history;
}

// Nodes without data have no estimate; a name that never was a node is an
// error.
absl::Status CheckTreatment(const std::string& treatment,
                            const report::HistoryInput& input) {
  const auto& nodes = input.subject.nodes;
  const bool is_known =
      std::find(nodes.begin(), nodes.end(), treatment) != nodes.end() ||
      std::any_of(input.history.begin(), input.history.end(),
                  [&](const v1::EstimateAt& at) {
                    return review::TreatmentIndex(at.estimate(), treatment) >=
                           0;
                  });
  if (is_known) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(
      "analysis \"", input.subject.analysis_id, "\" has no treatment \"",
      treatment, "\", it has ", absl::StrJoin(nodes, ", ")));
}

absl::StatusOr<By> ByOf(const std::string& name) {
  if (name == "sequence") return By::kSequence;
  if (name == "date") return By::kDate;
  return UsageError(absl::StrCat("--by is sequence or date, not `", name, "`"));
}

absl::StatusOr<ExitCode> Plot(Session& session, HistoryOptions options) {
  HistoryQuestion& question = options.question;
  ASSIGN_OR_RETURN(question.from, ParseAsOf(options.from));
  ASSIGN_OR_RETURN(question.to, ParseAsOf(options.to));
  ASSIGN_OR_RETURN(question.by, ByOf(options.by));
  ASSIGN_OR_RETURN(question.review, session.Review());
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const report::Figure figure, PlotHistory(*client, question));
  return WriteFigure(figure, options.files, session);
}

}  // namespace

absl::StatusOr<report::Figure> PlotHistory(client::Client& client,
                                           const HistoryQuestion& question) {
  RETURN_IF_ERROR(CheckComparison(question.first, question.second));
  ASSIGN_OR_RETURN(const v1::ListReleasesResponse releases,
                   client.ListReleases(question.review));
  ASSIGN_OR_RETURN(const v1::AsOf from,
                   WithoutRelease(question.from, releases));
  ASSIGN_OR_RETURN(const v1::AsOf to, WithoutRelease(question.to, releases));
  v1::ListEstimatesRequest request;
  request.set_review_id(question.review);
  request.set_analysis_id(question.analysis);
  request.set_first(question.first);
  request.set_second(question.second);
  ASSIGN_OR_RETURN(auto history, client.ListEstimates(request));
  report::HistoryInput input;
  input.first = question.first;
  input.second = question.second;
  input.by = question.by;
  ASSIGN_OR_RETURN(input.history, Between(std::move(history), from, to));
  if (input.history.empty()) {
    return NotEstimableError(
        absl::StrCat("analysis \"", question.analysis,
                     "\" has no estimate in the time that was asked for"));
  }
  ASSIGN_OR_RETURN(
      input.subject,
      ReadSubject(client, {question.review, question.analysis, question.to}));
  RETURN_IF_ERROR(CheckTreatment(question.first, input));
  RETURN_IF_ERROR(CheckTreatment(question.second, input));
  for (const v1::Release& release : releases.releases()) {
    const bool is_later =
        IsSet(to) && (to.moment_case() == v1::AsOf::kSequence
                          ? release.sequence() > to.sequence()
                          : release.time().seconds() > to.time().seconds());
    if (!is_later) input.releases.push_back(release);
  }
  return report::DrawHistory(input);
}

void AddPlotHistory(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "history", "A comparison at each entry that moved it, with the causes");
  auto options = std::make_shared<HistoryOptions>();
  HistoryQuestion& question = options->question;
  command->add_option("ANALYSIS", question.analysis, "Analysis")->required();
  command->add_option("FIRST", question.first, "First treatment")->required();
  command->add_option("SECOND", question.second, "Second treatment")
      ->required();
  command->add_option("--from", options->from,
                      "Sequence, time or tag:RELEASE; default: the start");
  command->add_option("--to", options->to, kAsOfHelp);
  command->add_option("--by", options->by, "Across: sequence or date")
      ->capture_default_str();
  AddFigureFiles(command, &options->files);
  session.OnCommand(command,
                    [&session, options] { return Plot(session, *options); });
}

}  // namespace tidemark::cli
