// When the steps of living mode are due: arithmetic of days, which are days in
// UTC.
#ifndef TIDEMARK_REVIEW_SCHEDULE_H_
#define TIDEMARK_REVIEW_SCHEDULE_H_

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "tidemark/v1/living_mode.pb.h"

namespace tidemark::review {

// The day that `YYYY-MM-DD` names, of the years 1900 to 2999: days that are
// scheduled after it can be written the same way. None: it names none.
std::optional<absl::CivilDay> ParseDay(absl::string_view text);

// `YYYY-MM-DD`.
std::string FormatDay(absl::CivilDay day);

// The day in UTC.
absl::CivilDay DayOf(absl::Time time);

// A step, and the source if it is a search.
using StepKey = std::pair<v1::Step::Code, std::string>;

// On which day each step was last done.
using LastRuns = std::map<StepKey, absl::CivilDay>;

// Notes a valid run, of whichever order of days.
void NoteRun(const v1::StepRun& run, LastRuns& last);

// When each scheduled step is due next, and the planned update: by day, step
// and source. A step that was done is due `every_days` after it was last done,
// also if that was before its schedule began; one that never was, on
// `first_due`. Empty unless `mode`, which is valid, is ACTIVE.
// O(schedules · log(schedules + runs)).
std::vector<v1::DueStep> DueSteps(const v1::LivingMode& mode,
                                  const LastRuns& last);

// On the day on which a step is due it is not late yet.
bool IsOverdue(const v1::DueStep& step, absl::CivilDay today);

// What is reported overdue once: step, source and due day.
using DueKey = std::tuple<v1::Step::Code, std::string, std::string>;
DueKey KeyOf(const v1::DueStep& step);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SCHEDULE_H_
