// What only the server writes, into any log: who signs it, and where it goes on
// from.
#ifndef TIDEMARK_REVIEW_LOG_EVENTS_H_
#define TIDEMARK_REVIEW_LOG_EVENTS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

// Whether a change of this kind names the key of its log.
bool IsLogEvent(const v1::Change& change);

// What the event writes: nothing but a key of ReviewState::keys(). The leaf is
// as audit/key_history.h wants it. INVALID_ARGUMENT with a BadRequest: it is no
// event of a log, a key is none, or it does not follow from the state: the old
// key is another one, the old checkpoint is not signed by it or not of the
// entry before. Deterministic.
absl::StatusOr<PlannedChange> PlanLogEvent(const ReviewState& state,
                                           absl::string_view review_id,
                                           const v1::Change& change);

// The epoch of the leaf that writes `delta`, a plan's, and of those after it,
// in a log that was in `epoch`: another one only if the log was restored there.
int64_t EpochAfter(int64_t epoch, const Delta& delta);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LOG_EVENTS_H_
