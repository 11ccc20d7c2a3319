#include "client/cli/living_mode_text.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

template <typename Steps, typename Step>
bool Has(const Steps& steps, const Step& step) {
  return std::any_of(steps.begin(), steps.end(), [&](const auto& other) {
    return other.step() == step.step() && other.source() == step.source();
  });
}

std::string EveryDays(const v1::LivingMode& mode, const v1::DueStep& due) {
  for (const v1::Schedule& schedule : mode.schedules()) {
    if (schedule.step() != due.step() || schedule.source() != due.source()) {
      continue;
    }
    return absl::StrCat(
        "every ", schedule.every_days(), " days, ",
        due.last_performed_on().empty()
            ? "never done"
            : absl::StrCat("last done on ", due.last_performed_on()),
        ", ");
  }
  return "";
}

std::string Parameters(const v1::LivingModeRecord& record) {
  const v1::LivingMode& mode = record.living_mode();
  std::vector<std::string> parts;
  if (mode.trigger() != v1::LivingMode::TRIGGER_UNSPECIFIED) {
    parts.push_back(absl::StrCat(
        "trigger ", v1::LivingMode::Trigger_Name(mode.trigger()),
        mode.trigger_details().empty() ? "" : ": ", mode.trigger_details()));
  }
  if (mode.status() == v1::LivingMode::RETIRED) {
    parts.push_back(absl::StrCat(
        "retired: ",
        v1::LivingMode::RetirementReason_Name(mode.retirement_reason())));
  }
  if (!mode.retirement_plan().empty()) {
    parts.push_back(absl::StrCat("would be retired: ", mode.retirement_plan()));
  }
  parts.push_back(absl::StrCat("version ", record.version(), " at sequence ",
                               record.sequence()));
  return absl::StrJoin(parts, "; ");
}

Cell CountOf(bool has, int64_t count) {
  return has ? Integer(count) : Text("");
}

// `wrong design 3, no outcome 1`.
std::string ReasonsOf(const v1::ScreeningCounts& screening) {
  return absl::StrJoin(
      screening.reports_excluded(), ", ",
      [](std::string* out, const v1::ExcludedReports& reports) {
        absl::StrAppend(out, reports.reason(), " ", reports.count());
      });
}

}  // namespace

std::string ShownStep(v1::Step::Code step, const std::string& source) {
  return absl::StrCat(v1::Step::Code_Name(step), source.empty() ? "" : " of ",
                      source);
}

std::string ShownOverdue(const v1::DueStep& step) {
  return absl::StrCat("overdue: ", ShownStep(step.step(), step.source()),
                      ", due on ", step.due_on(),
                      step.last_performed_on().empty() ? "" : ", last done on ",
                      step.last_performed_on());
}

std::vector<std::vector<Cell>> LivingModeRows(
    const v1::GetReviewResponse& response) {
  if (!response.has_living_mode()) return {};
  const v1::LivingMode& mode = response.living_mode().living_mode();
  std::vector<std::vector<Cell>> rows = {
      {Text("living mode"), Text(v1::LivingMode::Status_Name(mode.status())),
       Text(mode.status_reason()), Text(Parameters(response.living_mode()))}};
  for (const v1::DueStep& due : response.due()) {
    rows.push_back(
        {Text("step"), Text(ShownStep(due.step(), due.source())), Text(""),
         Text(absl::StrCat(EveryDays(mode, due), "due on ", due.due_on(),
                           Has(response.overdue(), due) ? ": OVERDUE" : ""))});
  }
  if (mode.status() == v1::LivingMode::ACTIVE) return rows;
  for (const v1::Schedule& schedule : mode.schedules()) {
    rows.push_back({Text("step"),
                    Text(ShownStep(schedule.step(), schedule.source())),
                    Text(""),
                    Text(absl::StrCat("every ", schedule.every_days(),
                                      " days while the review is ACTIVE"))});
  }
  return rows;
}

Table RunsTable(const std::vector<v1::StepRunRecord>& runs) {
  Table table = {"",
                 {{"sequence"},
                  {"performed_on"},
                  {"step"},
                  {"source"},
                  {"identified"},
                  {"duplicates"},
                  {"screened"},
                  {"excluded"},
                  {"not_retrieved"},
                  {"reports_excluded"},
                  {"reports_included"},
                  {"actor"},
                  {"notes"}},
                 {}};
  for (const v1::StepRunRecord& record : runs) {
    const v1::StepRun& run = record.run();
    const v1::SearchCounts& search = run.search();
    const v1::ScreeningCounts& screening = run.screening();
    table.rows.push_back(
        {Integer(record.sequence()), Text(run.performed_on()),
         Text(v1::Step::Code_Name(run.step())), Text(run.source()),
         CountOf(search.has_identified(), search.identified()),
         CountOf(search.has_duplicates(), search.duplicates()),
         CountOf(screening.has_screened(), screening.screened()),
         CountOf(screening.has_excluded(), screening.excluded()),
         CountOf(screening.has_not_retrieved(), screening.not_retrieved()),
         Text(ReasonsOf(screening)),
         CountOf(screening.has_reports_included(),
                 screening.reports_included()),
         Text(record.actor()), Text(run.notes())});
  }
  return table;
}

}  // namespace tidemark::cli
