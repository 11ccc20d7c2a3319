// The rules of a release, and what it must say of the conclusions.
#ifndef TIDEMARK_REVIEW_PLAN_RELEASE_H_
#define TIDEMARK_REVIEW_PLAN_RELEASE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/release.pb.h"

namespace tidemark::review {

// The release that one of `sequence` follows: the one of the largest smaller
// sequence, of several the one made first. Null: there is none. O(releases).
const v1::Release* ReleaseBefore(const ReviewState& state, int64_t sequence);

// The rules of what a client says: the tag is well formed and new, the sequence
// is one of 1 .. `last`, the declaration is one that there is. INVALID_ARGUMENT
// with a BadRequest. ALREADY_EXISTS: the tag is taken.
absl::Status CheckRelease(const ReviewState& state,
                          const v1::MakeRelease& release, int64_t last);

// Writes into `release`, whose sequence is set, what only the server says: the
// release before it, and whether conclusions changed since that, which
// `events` tell: all that lie between the two (if there is none before: between
// nothing and it), of which those of importance MAJOR count. INVALID_ARGUMENT
// with a BadRequest that lists the first of them: the release declares the
// opposite.
absl::Status HoldAgainstEvents(const ReviewState& state,
                               absl::Span<const v1::ConclusionEvent> events,
                               v1::MakeRelease* release);

// Plans a release that says what HoldAgainstEvents wrote. The events are not
// known here: what the release says of them is taken as it is, if it agrees
// with itself.
absl::StatusOr<PlannedChange> PlanMakeRelease(const ReviewState& state,
                                              const v1::Change& change);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PLAN_RELEASE_H_
