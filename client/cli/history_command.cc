#include "client/cli/history_command.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/event_text.h"
#include "client/cli/log_entry.h"
#include "client/cli/moment.h"
#include "client/cli/number_format.h"
#include "client/cli/session.h"
#include "client/cli/sparkline.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

struct HistoryOptions {
  v1::ListEstimatesRequest request;
  std::string model = "random";
};

std::vector<Column> Columns() {
  using For = Column::For;
  return {{"sequence"},
          {"time"},
          {"cause", For::kTables},
          {"actor", For::kRows},
          {"action", For::kRows},
          {"resource", For::kRows},
          {"reason", For::kRows},
          {"first", For::kRows},
          {"second", For::kRows},
          {"effect", For::kTables},
          {"effect", For::kRows},
          {"lower", For::kRows},
          {"upper", For::kRows},
          {"tau2"},
          {"studies"},
          {"note", For::kRows},
          {"rule", For::kRows},
          {"says"},
          {"events"}};
}

std::string NoteOn(const v1::Estimate& estimate,
                   const v1::RelativeEffect* effect) {
  if (!estimate.not_estimable().empty()) {
    return absl::StrCat("not estimable: ", estimate.not_estimable());
  }
  if (effect == nullptr) {
    return "not estimable: not in one connected network";
  }
  if (!effect->has_lower()) {
    return absl::StrCat("no interval: ", effect->no_interval());
  }
  return ExcludesNoDifference(*effect) ? "interval excludes no difference"
                                       : "interval includes no difference";
}

// The class of the comparison; where there is no estimate, why.
std::string SaysOf(const v1::EstimateAt& at, const std::string& note) {
  const v1::ComparisonConclusion& said = at.conclusions().comparisons(0);
  return said.class_() == v1::ConclusionClass::NOT_ESTIMABLE
             ? note
             : ShownConclusion(said, at.conclusions());
}

// The kinds, each with what it is of unless that is the comparison.
std::string EventsOf(const v1::EstimateAt& at) {
  std::vector<std::string> events;
  for (const v1::ConclusionEvent& event : at.events()) {
    std::string shown = KindName(event.kind());
    if (event.has_threshold()) {
      absl::StrAppend(&shown, " by ", ExactNumber(event.threshold().value()));
    }
    if (event.first().empty() && !event.treatment().empty()) {
      absl::StrAppend(&shown, " ", event.treatment());
    }
    events.push_back(std::move(shown));
  }
  return absl::StrJoin(events, ", ");
}

std::vector<Cell> Row(const v1::EstimateAt& at, Model model,
                      const HistoryOptions& options) {
  const v1::Estimate& estimate = at.estimate();
  const v1::LogEntry& cause = at.cause();
  const auto& effects =
      review::EffectsUnder(estimate, model).relative_effects();
  const v1::RelativeEffect* effect =
      effects.empty() ? nullptr : &effects.Get(0);
  std::vector<Cell> row = {Integer(estimate.sequence()),
                           Text(ShownTime(cause.time())),
                           Text(CauseOf(cause)),
                           Text(cause.actor()),
                           Text(cause.action()),
                           Text(cause.resource()),
                           Text(cause.reason()),
                           Text(options.request.first()),
                           Text(options.request.second()),
                           Text(effect == nullptr ? "-" : Shown(*effect))};
  AddNumbers(effect, row);
  row.push_back(OptionalNumber(estimate.has_tau2(), estimate.tau2()));
  row.push_back(Integer(estimate.studies_used()));
  const std::string note = NoteOn(estimate, effect);
  row.push_back(Text(note));
  row.push_back(Text(effect == nullptr ? "" : SignRule(estimate)));
  row.push_back(Text(SaysOf(at, note)));
  row.push_back(Text(EventsOf(at)));
  return row;
}

// The rule of the last estimate that has one.
std::string LastRule(const std::vector<v1::EstimateAt>& history) {
  for (auto at = history.rbegin(); at != history.rend(); ++at) {
    if (at->estimate().not_estimable().empty()) return SignRule(at->estimate());
  }
  return "never estimable";
}

// The course of the effect, from its first step to its last, for people.
// Empty if it was never estimable.
std::string CourseOf(const std::vector<v1::EstimateAt>& history, Model model) {
  std::vector<std::optional<double>> values;
  std::optional<double> least;
  std::optional<double> most;
  for (const v1::EstimateAt& at : history) {
    const auto& effects =
        review::EffectsUnder(at.estimate(), model).relative_effects();
    values.emplace_back();
    if (effects.empty()) continue;
    const double effect = effects.Get(0).effect();
    values.back() = effect;
    least = std::min(effect, least.value_or(effect));
    most = std::max(effect, most.value_or(effect));
  }
  if (!least.has_value()) return "";
  return absl::StrCat("effect from ", ShownNumber(*least), " to ",
                      ShownNumber(*most), ": ",
                      Sparkline(values, TerminalIsUtf8()));
}

absl::StatusOr<ExitCode> History(Session& session, HistoryOptions options) {
  RETURN_IF_ERROR(
      CheckComparison(options.request.first(), options.request.second()));
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  options.request.set_review_id(review);
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto history, client->ListEstimates(options.request));
  if (session.output().is_json()) {
    v1::ListEstimatesResponse all;
    for (const v1::EstimateAt& at : history) *all.add_estimates() = at;
    session.output().PrintJson(all);
    return ExitCode::kDone;
  }
  Table table = {
      absl::StrCat(
          options.request.first(), " versus ", options.request.second(), ", ",
          options.request.analysis_id(), ": ", LastRule(history), "; ",
          options.model,
          model == Model::kCommon ? "; what it says and events: random" : ""),
      Columns(),
      {}};
  for (const v1::EstimateAt& at : history) {
    table.rows.push_back(Row(at, model, options));
  }
  session.output().Print(table);
  const std::string course = CourseOf(history, model);
  if (!course.empty()) session.output().Remark(course);
  return ExitCode::kDone;
}

}  // namespace

void AddHistoryCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "history", "A comparison at each sequence that moved it, with the cause");
  auto options = std::make_shared<HistoryOptions>();
  auto& request = options->request;
  command->add_option("ANALYSIS", *request.mutable_analysis_id(), "Analysis")
      ->required();
  command->add_option("FIRST", *request.mutable_first(), "First treatment")
      ->required();
  command->add_option("SECOND", *request.mutable_second(), "Second treatment")
      ->required();
  AddModelOption(command, &options->model);
  session.OnCommand(command,
                    [&session, options] { return History(session, *options); });
}

}  // namespace tidemark::cli
