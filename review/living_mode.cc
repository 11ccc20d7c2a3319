#include "review/living_mode.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/plan_parts.h"
#include "review/schedule.h"
#include "review/validate_living_mode.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr int kMostRuns = 100;

}  // namespace

absl::StatusOr<PlannedChange> PlanSetLivingMode(const ReviewState& state,
                                                const v1::Change& change) {
  const v1::SetLivingMode& set = change.set_living_mode();
  const v1::LivingModeRecord* const record = state.LivingMode();
  const int64_t current = record == nullptr ? 0 : record->version();
  if (set.has_expected_version()) {
    RETURN_IF_ERROR(
        CheckVersion("living_mode", set.expected_version(), current));
  }
  Violations violations;
  ValidateLivingMode("set_living_mode.living_mode", set.living_mode(),
                     violations);
  RETURN_IF_ERROR(violations.ToStatus());
  PlannedChange plan;
  plan.change = change;
  plan.action = "living_mode.set";
  plan.resource = "living_mode";
  plan.version_before = current;
  plan.version_after = current + 1;
  v1::LivingModeRecord written;
  *written.mutable_living_mode() = set.living_mode();
  written.set_version(current + 1);
  plan.delta.living_mode = std::move(written);
  return plan;
}

absl::StatusOr<PlannedChange> PlanRecordRuns(const v1::Change& change) {
  const v1::RecordRuns& record = change.record_runs();
  Violations violations;
  for (int i = 0; i < record.runs_size(); ++i) {
    ValidateRun(Element("record_runs.runs", i), record.runs(i), violations);
  }
  if (record.runs().empty() || record.runs_size() > kMostRuns) {
    violations.Add("record_runs.runs",
                   absl::StrCat("must hold 1-", kMostRuns, " runs, found ",
                                record.runs_size()));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  PlannedChange plan;
  plan.change = change;
  plan.action = "runs.record";
  plan.resource = "runs";
  plan.delta.runs.assign(record.runs().begin(), record.runs().end());
  return plan;
}

absl::StatusOr<PlannedChange> PlanReportOverdue(const ReviewState& state,
                                                const v1::Change& change) {
  const v1::ReportOverdue& report = change.report_overdue();
  const std::vector<v1::DueStep> due = DueSteps(state, state.sequence());
  Violations violations;
  std::set<DueKey> seen = state.reported_overdue();
  for (int i = 0; i < report.steps_size(); ++i) {
    const v1::DueStep& step = report.steps(i);
    const std::string field = Element("report_overdue.steps", i);
    if (std::none_of(due.begin(), due.end(), [&](const v1::DueStep& other) {
          return MessageDifferencer::Equals(step, other);
        })) {
      violations.Add(field, "is not due then, as living mode and runs say");
    }
    if (!seen.insert(KeyOf(step)).second) {
      violations.Add(field, "was reported with this day before");
    }
  }
  if (report.steps().empty()) {
    violations.Add("report_overdue.steps", "must hold at least one step");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  PlannedChange plan;
  plan.change = change;
  plan.action = kOverdueAction;
  plan.resource = "living_mode";
  plan.delta.overdue.assign(report.steps().begin(), report.steps().end());
  return plan;
}

absl::Status CheckDays(const v1::Change& change, absl::Time time) {
  const std::string today = FormatDay(DayOf(time));
  Violations violations;
  for (int i = 0; i < change.record_runs().runs_size(); ++i) {
    const v1::StepRun& run = change.record_runs().runs(i);
    if (run.performed_on() <= today) continue;
    violations.Add(
        absl::StrCat(Element("record_runs.runs", i), ".performed_on"),
        absl::StrCat("must not be after the day of the entry, ", today,
                     " in UTC, found ", run.performed_on(),
                     "; record what was done once it is done"));
  }
  for (int i = 0; i < change.report_overdue().steps_size(); ++i) {
    const v1::DueStep& step = change.report_overdue().steps(i);
    if (IsOverdue(step, DayOf(time))) continue;
    violations.Add(absl::StrCat(Element("report_overdue.steps", i), ".due_on"),
                   absl::StrCat("must be before the day of the entry, ", today,
                                " in UTC, found ", step.due_on()));
  }
  return violations.ToStatus();
}

std::vector<v1::DueStep> DueSteps(const ReviewState& state, int64_t as_of) {
  const v1::LivingModeRecord* const record = state.LivingMode(as_of);
  if (record == nullptr) return {};
  LastRuns last;
  for (const auto& run : state.runs()) {
    if (run->sequence() <= as_of) NoteRun(run->run(), last);
  }
  return DueSteps(record->living_mode(), last);
}

std::vector<v1::DueStep> UnreportedOverdue(const ReviewState& state,
                                           absl::Time now) {
  std::vector<v1::DueStep> overdue;
  for (v1::DueStep& step : DueSteps(state, state.sequence())) {
    if (!IsOverdue(step, DayOf(now)) ||
        state.reported_overdue().count(KeyOf(step)) > 0) {
      continue;
    }
    overdue.push_back(std::move(step));
  }
  return overdue;
}

}  // namespace tidemark::review
