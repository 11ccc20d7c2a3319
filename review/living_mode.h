// The rules of living mode: its parameters, what was done for it, and what the
// server says is overdue.
#ifndef TIDEMARK_REVIEW_LIVING_MODE_H_
#define TIDEMARK_REVIEW_LIVING_MODE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/living_mode.pb.h"

namespace tidemark::review {

// Action of the entry that says what is overdue.
inline constexpr char kOverdueAction[] = "living_mode.overdue";

// These three plan one kind of change each, as PlanChange does.
// INVALID_ARGUMENT with a BadRequest: it breaks a rule of living_mode.proto.
// ABORTED: the version is not the expected one.
absl::StatusOr<PlannedChange> PlanSetLivingMode(const ReviewState& state,
                                                const v1::Change& change);
absl::StatusOr<PlannedChange> PlanRecordRuns(const v1::Change& change);
// Each step must be due as DueSteps of the state says it, and not reported with
// that day before.
absl::StatusOr<PlannedChange> PlanReportOverdue(const ReviewState& state,
                                                const v1::Change& change);

// The rules of a planned change that depend on when its entry was written,
// which a plan does not know: no run is of a later day, and what is said to be
// overdue was due on an earlier one. Whoever accepts, replays or verifies an
// entry asks. INVALID_ARGUMENT with a BadRequest.
absl::Status CheckDays(const v1::Change& change, absl::Time time);

// When steps are due as living mode and runs were after entry `as_of`.
// O(runs · log(schedules)).
std::vector<v1::DueStep> DueSteps(const ReviewState& state, int64_t as_of);

// What is overdue at `now` and was not reported yet.
std::vector<v1::DueStep> UnreportedOverdue(const ReviewState& state,
                                           absl::Time now);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LIVING_MODE_H_
