// The server's own log, `system`: what belongs to no review. Only the server
// writes it, and nothing else goes into it.
#ifndef TIDEMARK_REVIEW_SYSTEM_EVENTS_H_
#define TIDEMARK_REVIEW_SYSTEM_EVENTS_H_

#include "absl/status/statusor.h"
#include "review/planned_change.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

// At most so many different calls in an entry; further ones are only counted.
inline constexpr int kMostRefusedCalls = 100;

// Whether a change of this kind is for the log `system`.
bool IsSystemEvent(const v1::Change& change);

// What an event writes: nothing but what ReviewState::server() then says.
// INVALID_ARGUMENT with a BadRequest: it is no event, or does not say what
// change.proto wants of it. O(size of the event).
absl::StatusOr<PlannedChange> PlanSystemEvent(const v1::Change& change);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SYSTEM_EVENTS_H_
