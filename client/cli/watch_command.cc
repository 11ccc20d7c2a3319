#include "client/cli/watch_command.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/log_entry.h"
#include "client/cli/moment.h"
#include "client/cli/output.h"
#include "client/cli/session.h"
#include "client/cli/short_list.h"
#include "client/cli/table.h"
#include "client/watch.h"

namespace tidemark::cli {
namespace {

struct WatchCommandOptions {
  std::string review;
  client::WatchOptions watch;
  int64_t count = 0;
};

// The estimates that moved: short for people, all of them for programs.
Cell Moved(const v1::WatchEntry& entry) {
  std::vector<std::string> moved;
  for (const v1::Estimate& estimate : entry.estimates()) {
    moved.push_back(estimate.analysis_id());
  }
  return {ShortList(moved), absl::StrJoin(moved, ","), false};
}

// Below the line of an entry, for people who named the analyses they follow:
// every comparison of the estimates that moved, below the rule for its sign.
void PrintComparisons(const v1::WatchEntry& entry, Output& output) {
  std::string rule;
  for (const v1::Estimate& estimate : entry.estimates()) {
    const auto& effects = estimate.random().relative_effects();
    if (!effects.empty() && rule != SignRule(estimate)) {
      rule = SignRule(estimate);
      output.Remark(absl::StrCat("  ", rule));
    }
    for (const v1::RelativeEffect& effect : effects) {
      output.Remark(absl::StrCat(
          "  ", estimate.analysis_id(), ": ", effect.first(), " versus ",
          effect.second(), "  ", Shown(effect), "  ", Reading(estimate, effect),
          "  (", v1::EffectMeasure::Code_Name(estimate.effect_measure()), ", ",
          estimate.studies_used(), " studies)"));
    }
  }
}

void PrintEvent(const v1::WatchResponse& message, bool with_comparisons,
                Output& output) {
  if (output.is_json()) {
    output.PrintJsonLine(message);
    return;
  }
  const v1::LogEntry& entry = message.entry().entry();
  output.PrintRows({"",
                    {{"sequence"}, {"time"}, {"cause"}, {"moved"}},
                    {{Integer(entry.sequence()), Text(ShownTime(entry.time())),
                      Text(CauseOf(entry)), Moved(message.entry())}}});
  if (with_comparisons) PrintComparisons(message.entry(), output);
}

absl::StatusOr<ExitCode> RunWatch(Session& session,
                                  const WatchCommandOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  client::WatchOptions watch_options = options.watch;
  watch_options.on_retry = [&session](const absl::Status& failure,
                                      absl::Duration wait) {
    session.output().Tell(absl::StrCat(
        "Connection lost (", failure.message(), "); trying again in ",
        absl::FormatDuration(absl::Ceil(wait, absl::Milliseconds(100)))));
  };
  client::Watch watch(*client, review, watch_options);
  for (int64_t seen = 0; options.count == 0 || seen < options.count; ++seen) {
    ASSIGN_OR_RETURN(const v1::WatchResponse message, watch.Next());
    PrintEvent(message, !options.watch.analyses.empty(), session.output());
    // Nobody reads any more: going on would lose events in silence.
    if (!session.output().Flush()) break;
  }
  return ExitCode::kDone;
}

}  // namespace

void AddWatchCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "watch", "Follow a review: one line, or one JSON object, an entry");
  auto options = std::make_shared<WatchCommandOptions>();
  command->add_option("REVIEW", options->review, "Review; default: --review");
  command
      ->add_option("--analysis", options->watch.analyses,
                   "Only entries that moved this analysis; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--from", options->watch.from_sequence,
                   "First sequence; default: from now on")
      ->check(CLI::PositiveNumber);
  command->add_option("--count", options->count, "Stop after so many entries")
      ->check(CLI::PositiveNumber);
  session.OnCommand(
      command, [&session, options] { return RunWatch(session, *options); });
}

}  // namespace tidemark::cli
