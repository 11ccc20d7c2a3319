#include "client/cli/explain_tables.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_change.h"
#include "client/cli/event_text.h"
#include "client/cli/log_entry.h"
#include "client/cli/moment.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "review/compare_estimates.h"

namespace tidemark::cli {
namespace {

using For = Column::For;

const v1::RelativeEffect* EffectOf(bool has, const v1::RelativeEffect& effect) {
  return has ? &effect : nullptr;
}

std::vector<Column> Columns() {
  std::vector<Column> columns = {
      {"sequence"},           {"time", For::kRows},   {"cause", For::kTables},
      {"actor", For::kRows},  {"action", For::kRows}, {"resource", For::kRows},
      {"reason", For::kRows}, {"first", For::kRows},  {"second", For::kRows}};
  for (const Column& column : ChangeColumns()) columns.push_back(column);
  columns.push_back({"at_the_end"});
  columns.push_back({"without_effect", For::kRows});
  columns.push_back({"without_lower", For::kRows});
  columns.push_back({"without_upper", For::kRows});
  columns.push_back({"not_applicable", For::kRows});
  columns.push_back({"events"});
  columns.push_back({"rule", For::kRows});
  return columns;
}

// What the entry does at the end: the end less the end without it.
Cell ChangeAtTheEnd(const v1::ExplainResponse& explanation,
                    const v1::ExplainStep& step) {
  if (!step.has_leave_out()) return Text("");
  const v1::LeaveOut& without = step.leave_out();
  if (!without.not_applicable().empty()) return {"n/a", "", false};
  if (without.has_change()) {
    return SignedNumber(
        review::EffectChange(without.effect(), explanation.after()));
  }
  if (without.has_effect() && explanation.has_after()) {
    return {"other scale", "", false};
  }
  if (explanation.has_after()) return {"makes it estimable", "", false};
  return {without.has_effect() ? "makes it not estimable" : "-", "", false};
}

// What was declared otherwise, and for people on which scale it is now; then
// what changed of the comparison.
Cell EventsCell(const v1::ExplainRequest& request,
                const v1::ExplainStep& step) {
  std::vector<std::string> shown;
  std::vector<std::string> exact;
  for (const v1::ConclusionEvent& event : step.events()) {
    if (!event.first().empty()) continue;
    exact.push_back(KindName(event.kind()));
    const std::string scale = ScaleChange(event);
    shown.push_back(scale.empty() ? exact.back()
                                  : absl::StrCat(exact.back(), " ", scale));
  }
  const std::string kinds =
      KindsOf(step.events(), request.first(), request.second());
  if (!kinds.empty()) {
    shown.push_back(kinds);
    exact.push_back(kinds);
  }
  return {absl::StrJoin(shown, ", "), absl::StrJoin(exact, ", "), false};
}

std::vector<Cell> Row(const v1::ExplainRequest& request,
                      const v1::ExplainResponse& explanation,
                      const v1::ExplainStep& step) {
  const v1::LogEntry& cause = step.cause();
  std::vector<Cell> row = {
      Integer(cause.sequence()), Text(ShownTime(cause.time())),
      Text(CauseOf(cause)),      Text(cause.actor()),
      Text(cause.action()),      Text(cause.resource()),
      Text(cause.reason()),      Text(request.first()),
      Text(request.second())};
  for (Cell& cell : ChangeCells(EffectOf(step.has_before(), step.before()),
                                EffectOf(step.has_after(), step.after()),
                                KeepScale(step.events()))) {
    row.push_back(std::move(cell));
  }
  row.push_back(ChangeAtTheEnd(explanation, step));
  const v1::RelativeEffect& without = step.leave_out().effect();
  const bool has_effect = step.leave_out().has_effect();
  row.push_back(OptionalNumber(has_effect, without.effect()));
  row.push_back(OptionalNumber(without.has_lower(), without.lower()));
  row.push_back(OptionalNumber(without.has_upper(), without.upper()));
  row.push_back(Text(step.leave_out().not_applicable()));
  row.push_back(EventsCell(request, step));
  row.push_back(Text(SignRule(explanation.rule())));
  return row;
}

std::string Total(const v1::ExplainResponse& explanation) {
  const auto* before = EffectOf(explanation.has_before(), explanation.before());
  const auto* after = EffectOf(explanation.has_after(), explanation.after());
  std::string total = absl::StrCat(
      "total: ", before == nullptr ? "not estimable" : Shown(*before), " -> ",
      after == nullptr ? "not estimable" : Shown(*after));
  const bool same_scale =
      std::all_of(explanation.steps().begin(), explanation.steps().end(),
                  [](const auto& step) { return KeepScale(step.events()); });
  if (same_scale && before != nullptr && after != nullptr) {
    absl::StrAppend(&total, ", change ",
                    SignedNumber(review::EffectChange(*before, *after)).shown);
  }
  return total;
}

}  // namespace

Table StepsTable(const v1::ExplainRequest& request,
                 const v1::ExplainResponse& explanation) {
  Table table = {
      absl::StrCat(request.first(), " versus ", request.second(), ", ",
                   request.analysis_id(), ": ", SignRule(explanation.rule()),
                   "; random effects; ", ShownLevel(explanation.rule().level()),
                   " intervals; sequence ", explanation.from_sequence(), " -> ",
                   explanation.to_sequence()),
      Columns(),
      {}};
  for (const v1::ExplainStep& step : explanation.steps()) {
    table.rows.push_back(Row(request, explanation, step));
  }
  return table;
}

std::vector<std::string> ExplainNotes(const v1::ExplainResponse& explanation) {
  std::vector<std::string> notes = {Total(explanation)};
  if (explanation.unmoved() > 0) {
    notes.push_back(absl::StrCat(
        explanation.unmoved(),
        explanation.unmoved() == 1 ? " other entry" : " other entries",
        " gave a new estimate and did not move it"));
  }
  if (!explanation.steps().empty()) {
    notes.emplace_back(
        "change: what the entry did when it came; the changes sum to the "
        "total, and in another order they would be others");
    notes.emplace_back(
        "at_the_end: the end less the end without the entry, all others kept; "
        "these do not sum to the total");
  }
  return notes;
}

}  // namespace tidemark::cli
