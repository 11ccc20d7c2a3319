// Decides whether a change may be made and what it would write.
#ifndef TIDEMARK_REVIEW_PLAN_CHANGE_H_
#define TIDEMARK_REVIEW_PLAN_CHANGE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

// At most so many analyses, so that a leaf has room for all of them.
inline constexpr int kMostAnalyses = 200;

// Checks `change` against the rules of the protocol, trial, analysis and status
// and against `state`; for the server's own log, kSystemLog, against those of
// system_events.h; for a key of the log against those of log_events.h. What
// takes two people depends on the author, as the leaf names them
// (plan_drafts.h). Deterministic: replaying a log gives the same plans. What
// only the server says in a release or a redaction must be there
// (plan_release.h, plan_redaction.h). What depends on the time of the entry is
// not asked (CheckDays of living_mode.h).
//
// INVALID_ARGUMENT with a BadRequest: the change breaks a rule. ABORTED: an
// expected_version is not the current one. NOT_FOUND: no such trial, or no
// review yet. FAILED_PRECONDITION: the status, the policy or a draft does not
// allow it. PERMISSION_DENIED: it takes another actor. O(size of the change; of
// all trials too if the protocol changes).
absl::StatusOr<PlannedChange> PlanChange(const ReviewState& state,
                                         absl::string_view review_id,
                                         const v1::Change& change,
                                         const Author& author);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PLAN_CHANGE_H_
