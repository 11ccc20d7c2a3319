#include "client/cli/history_command.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/history_tables.h"
#include "client/cli/number_format.h"
#include "client/cli/session.h"
#include "client/cli/sparkline.h"

namespace tidemark::cli {
namespace {

struct HistoryOptions {
  v1::ListEstimatesRequest request;
  std::string model = "random";
};

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
  session.output().Print(HistoryTable(history, model, options.request));
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
