#include "client/cli/watch_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/event_text.h"
#include "client/cli/living_mode_text.h"
#include "client/cli/log_entry.h"
#include "client/cli/moment.h"
#include "client/cli/output.h"
#include "client/cli/short_list.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

std::vector<Column> Columns() {
  return {{"sequence"},
          {"time"},
          {"cause"},
          {"moved"},
          {"events", Column::For::kRows}};
}

// The analyses that moved: short for people, all of them for programs.
Cell Moved(const v1::WatchEntry& entry) {
  std::vector<std::string> moved;
  for (const v1::Estimate& estimate : entry.estimates()) {
    moved.push_back(estimate.analysis_id());
  }
  moved.insert(moved.end(), entry.estimates_left_out().begin(),
               entry.estimates_left_out().end());
  return {ShortList(moved), absl::StrJoin(moved, ","), false};
}

// `pain-6m SIGNIFICANCE_LOST msc2 versus ha; …`; of steps that are overdue the
// words that people get.
std::string Events(const v1::WatchEntry& entry) {
  std::vector<std::string> events;
  for (const v1::ConclusionEvent& event : entry.events()) {
    events.push_back(absl::StrCat(event.analysis_id(), " ",
                                  KindName(event.kind()), " ",
                                  SubjectOf(event)));
  }
  for (const v1::DueStep& step : entry.overdue()) {
    events.push_back(ShownOverdue(step));
  }
  return absl::StrJoin(events, "; ");
}

// Below the rule for its sign; `rule` is the one printed last.
void PrintComparisons(const v1::Estimate& estimate, std::string* rule,
                      Output& output) {
  const auto& effects = estimate.random().relative_effects();
  if (!effects.empty() && *rule != SignRule(estimate)) {
    *rule = SignRule(estimate);
    output.Remark(absl::StrCat("  ", *rule));
  }
  for (const v1::RelativeEffect& effect : effects) {
    output.Remark(absl::StrCat(
        "  ", estimate.analysis_id(), ": ", effect.first(), " versus ",
        effect.second(), "  ", Shown(effect), "  ", Reading(estimate, effect),
        "  (", v1::EffectMeasure::Code_Name(estimate.effect_measure()), ", ",
        estimate.studies_used(), " studies)"));
  }
}

void PrintEntry(const v1::WatchEntry& message, bool with_comparisons,
                Output& output) {
  const v1::LogEntry& entry = message.entry();
  output.PrintRows(
      {"",
       Columns(),
       {{Integer(entry.sequence()), Text(ShownTime(entry.time())),
         Text(CauseOf(entry)), Moved(message), Text(Events(message))}}});
  for (const v1::DueStep& step : message.overdue()) {
    output.Remark(absl::StrCat("  ", ShownOverdue(step)));
  }
  for (const v1::ConclusionEvent& event : message.events()) {
    output.Remark(
        absl::StrCat("  ", event.analysis_id(), ": ", ShownEvent(event)));
  }
  std::string rule;
  for (const v1::Estimate& estimate : message.estimates()) {
    if (with_comparisons) PrintComparisons(estimate, &rule, output);
  }
  if (!message.estimates_left_out().empty()) {
    output.Remark(
        absl::StrCat("  left out, as later entries moved them again: ",
                     absl::StrJoin(message.estimates_left_out(), ", ")));
  }
}

// `snapshot: 5 studies, best ranked msc2`.
std::string Summary(const v1::SnapshotItem& item) {
  const v1::Estimate& estimate = item.estimate();
  if (!estimate.not_estimable().empty()) {
    return absl::StrCat("snapshot: not estimable: ", estimate.not_estimable());
  }
  const auto& best = item.conclusions().best_ranked();
  return absl::StrCat("snapshot: ", estimate.studies_used(), " studies",
                      best.empty() ? "" : ", best ranked ",
                      absl::StrJoin(best, ", "));
}

void PrintItem(const v1::SnapshotItem& item, bool with_comparisons,
               Output& output) {
  output.PrintRows({"",
                    Columns(),
                    {{Integer(item.sequence()),
                      Text(""),
                      {Summary(item), "snapshot", false},
                      Text(item.analysis().analysis().analysis_id()),
                      Text("")}}});
  std::string rule;
  if (with_comparisons) PrintComparisons(item.estimate(), &rule, output);
}

}  // namespace

void PrintWatchMessage(const v1::WatchResponse& message, bool with_comparisons,
                       Output& output) {
  if (output.is_json()) {
    output.PrintJsonLine(message);
  } else if (message.has_entry()) {
    PrintEntry(message.entry(), with_comparisons, output);
  } else if (message.has_snapshot_item()) {
    PrintItem(message.snapshot_item(), with_comparisons, output);
  } else {
    output.PrintRows({"",
                      Columns(),
                      {{Integer(message.snapshot_end().sequence()), Text(""),
                        Text("snapshot complete"), Text(""), Text("")}}});
  }
}

}  // namespace tidemark::cli
