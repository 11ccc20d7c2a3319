// The rules of a redaction.
#ifndef TIDEMARK_REVIEW_PLAN_REDACTION_H_
#define TIDEMARK_REVIEW_PLAN_REDACTION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

// Of the leaf of a redaction.
inline constexpr char kRedactAction[] = "changes.redact";

// INVALID_ARGUMENT with a BadRequest unless the redaction names 1-1000 entries
// of `state`, ascending, that are not redacted yet.
absl::Status CheckSequences(const ReviewState& state,
                            const v1::RedactChanges& redact);

// What the redaction writes: nothing but ReviewState::redactions(); that its
// replacements stand in their places is for who folds the log. The replacements
// must be there (server/complete_redaction.h makes them), each a change without
// words (redaction.h), together at most 16 MiB. Errors: also those of
// CheckSequences. Deterministic.
absl::StatusOr<PlannedChange> PlanRedactChanges(const ReviewState& state,
                                                const v1::Change& change);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PLAN_REDACTION_H_
