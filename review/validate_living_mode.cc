#include "review/validate_living_mode.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "review/check.h"
#include "review/schedule.h"

namespace tidemark::review {
namespace {

constexpr size_t kMostStatusReasonBytes = 2000;
constexpr size_t kMostNameBytes = 200;
constexpr int kMostSchedules = 100;
constexpr int kMostDays = 3660;
// So that sums of them are exact.
constexpr int64_t kMostRecords = 1000000000;

void CheckDay(absl::string_view field, const std::string& day,
              Violations& violations) {
  if (ParseDay(day).has_value()) return;
  violations.Add(field, absl::StrCat("must be a day, YYYY-MM-DD, of the years "
                                     "1900 to 2999, found \"",
                                     day, "\""));
}

void CheckName(absl::string_view field, const std::string& name,
               Violations& violations) {
  if (name.empty() || name.size() > kMostNameBytes) {
    violations.Add(field, absl::StrCat("must be 1-", kMostNameBytes,
                                       " bytes, found ", name.size()));
  } else if (absl::StripAsciiWhitespace(name) != name) {
    violations.Add(field, absl::StrCat("must not begin or end with a blank, "
                                       "found \"",
                                       name, "\""));
  }
}

// Of a schedule or a run.
template <typename Message>
void CheckStep(const std::string& field, const Message& message,
               Violations& violations) {
  if (!IsSpecified(message.step()) || message.step() == v1::Step::UPDATE) {
    violations.Add(absl::StrCat(field, ".step"),
                   "must be SEARCH, SCREENING, EXTRACTION, SYNTHESIS or "
                   "PUBLICATION");
    return;
  }
  const std::string source = absl::StrCat(field, ".source");
  if (message.step() == v1::Step::SEARCH) {
    CheckName(source, message.source(), violations);
  } else if (!message.source().empty()) {
    violations.Add(source, absl::StrCat("is for SEARCH only, found \"",
                                        message.source(), "\""));
  }
}

void ValidateStatus(const std::string& field, const v1::LivingMode& mode,
                    Violations& violations) {
  if (!IsSpecified(mode.status())) {
    violations.Add(absl::StrCat(field, ".status"),
                   "must be ACTIVE, PAUSED or RETIRED");
  }
  const size_t reason = mode.status_reason().size();
  if (reason > kMostStatusReasonBytes ||
      (reason == 0 && mode.status() != v1::LivingMode::ACTIVE)) {
    violations.Add(
        absl::StrCat(field, ".status_reason"),
        absl::StrCat("must be 1-", kMostStatusReasonBytes,
                     " bytes unless the review is ACTIVE, found ", reason));
  }
  const bool is_retired = mode.status() == v1::LivingMode::RETIRED;
  const bool fits = is_retired
                        ? IsSpecified(mode.retirement_reason())
                        : mode.retirement_reason() ==
                              v1::LivingMode::RETIREMENT_REASON_UNSPECIFIED;
  if (!fits) {
    violations.Add(absl::StrCat(field, ".retirement_reason"),
                   "must be given if the review is RETIRED, and only then");
  }
  if (!IsSpecified(mode.trigger()) &&
      !(is_retired && mode.trigger() == v1::LivingMode::TRIGGER_UNSPECIFIED)) {
    violations.Add(absl::StrCat(field, ".trigger"),
                   "must be CONCLUSIONS_MAY_CHANGE, FIXED_INTERVAL or "
                   "NEW_EVIDENCE");
  }
}

void ValidateSchedules(const std::string& field, const v1::LivingMode& mode,
                       Violations& violations) {
  if (mode.schedules_size() > kMostSchedules) {
    violations.Add(absl::StrCat(field, ".schedules"),
                   absl::StrCat("must be at most ", kMostSchedules, ", found ",
                                mode.schedules_size()));
  }
  std::set<StepKey> seen;
  for (int i = 0; i < mode.schedules_size(); ++i) {
    const v1::Schedule& schedule = mode.schedules(i);
    const std::string at = Element(absl::StrCat(field, ".schedules"), i);
    CheckStep(at, schedule, violations);
    if (schedule.every_days() < 1 || schedule.every_days() > kMostDays) {
      violations.Add(absl::StrCat(at, ".every_days"),
                     absl::StrCat("must be 1-", kMostDays, ", found ",
                                  schedule.every_days()));
    }
    CheckDay(absl::StrCat(at, ".first_due"), schedule.first_due(), violations);
    if (!seen.emplace(schedule.step(), schedule.source()).second) {
      violations.Add(at, "this step and source are scheduled twice");
    }
  }
}

// True if it is there and in range.
bool CheckCount(const std::string& field, bool has, int64_t count,
                Violations& violations) {
  if (has && count >= 0 && count <= kMostRecords) return true;
  violations.Add(
      field, has ? absl::StrCat("must be 0-", kMostRecords, ", found ", count)
                 : "must be given; 0 is a number too");
  return false;
}

void ValidateSearch(const std::string& field, const v1::SearchCounts& search,
                    Violations& violations) {
  const bool has_identified =
      CheckCount(absl::StrCat(field, ".identified"), search.has_identified(),
                 search.identified(), violations);
  const bool has_duplicates =
      CheckCount(absl::StrCat(field, ".duplicates"), search.has_duplicates(),
                 search.duplicates(), violations);
  if (!has_identified || !has_duplicates ||
      search.duplicates() <= search.identified()) {
    return;
  }
  violations.Add(
      absl::StrCat(field, ".duplicates"),
      absl::StrCat("are among the ", search.identified(),
                   " records identified, found ", search.duplicates()));
}

// How many reports were excluded; none if a count is not in range.
std::optional<int64_t> CountExcluded(const std::string& field,
                                     const v1::ScreeningCounts& screening,
                                     Violations& violations) {
  std::set<std::string> seen;
  std::optional<int64_t> sum = 0;
  for (int i = 0; i < screening.reports_excluded_size(); ++i) {
    const v1::ExcludedReports& excluded = screening.reports_excluded(i);
    const std::string at = Element(absl::StrCat(field, ".reports_excluded"), i);
    CheckName(absl::StrCat(at, ".reason"), excluded.reason(), violations);
    if (!seen.insert(excluded.reason()).second) {
      violations.Add(absl::StrCat(at, ".reason"),
                     absl::StrCat("\"", excluded.reason(), "\" stands twice"));
    }
    if (excluded.count() < 1 || excluded.count() > kMostRecords) {
      violations.Add(absl::StrCat(at, ".count"),
                     absl::StrCat("must be 1-", kMostRecords, ", found ",
                                  excluded.count()));
      sum.reset();
    }
    if (sum.has_value()) *sum += excluded.count();
  }
  return sum;
}

void ValidateScreening(const std::string& field,
                       const v1::ScreeningCounts& screening,
                       Violations& violations) {
  bool has_all = true;
  const auto check = [&](absl::string_view name, bool has, int64_t count) {
    has_all &=
        CheckCount(absl::StrCat(field, ".", name), has, count, violations);
  };
  check("screened", screening.has_screened(), screening.screened());
  check("excluded", screening.has_excluded(), screening.excluded());
  check("not_retrieved", screening.has_not_retrieved(),
        screening.not_retrieved());
  check("reports_included", screening.has_reports_included(),
        screening.reports_included());
  const std::optional<int64_t> excluded =
      CountExcluded(field, screening, violations);
  if (!has_all || !excluded.has_value()) return;
  const int64_t sum = screening.excluded() + screening.not_retrieved() +
                      *excluded + screening.reports_included();
  if (sum == screening.screened()) return;
  violations.Add(absl::StrCat(field, ".screened"),
                 absl::StrCat("must be the sum of excluded, not_retrieved, "
                              "reports_excluded and reports_included, ",
                              sum, ", found ", screening.screened()));
}

}  // namespace

void ValidateLivingMode(absl::string_view field, const v1::LivingMode& mode,
                        Violations& violations) {
  const std::string path(field);
  ValidateStatus(path, mode, violations);
  ValidateSchedules(path, mode, violations);
  if (!mode.next_planned_update().empty()) {
    CheckDay(absl::StrCat(path, ".next_planned_update"),
             mode.next_planned_update(), violations);
  }
}

void ValidateRun(absl::string_view field, const v1::StepRun& run,
                 Violations& violations) {
  const std::string path(field);
  CheckStep(path, run, violations);
  CheckDay(absl::StrCat(path, ".performed_on"), run.performed_on(), violations);
  if (run.has_search() != (run.step() == v1::Step::SEARCH)) {
    violations.Add(absl::StrCat(path, ".search"),
                   "must be given if the step is SEARCH, and only then");
  } else if (run.has_search()) {
    ValidateSearch(absl::StrCat(path, ".search"), run.search(), violations);
  }
  if (run.has_screening() != (run.step() == v1::Step::SCREENING)) {
    violations.Add(absl::StrCat(path, ".screening"),
                   "must be given if the step is SCREENING, and only then");
  } else if (run.has_screening()) {
    ValidateScreening(absl::StrCat(path, ".screening"), run.screening(),
                      violations);
  }
}

}  // namespace tidemark::review
