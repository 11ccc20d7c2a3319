// What changed between two moments of a review.
#ifndef TIDEMARK_REVIEW_EVENTS_BETWEEN_H_
#define TIDEMARK_REVIEW_EVENTS_BETWEEN_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "review/conclusion_events.h"
#include "review/review_state.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// A stored estimate with what was declared when it was made. `state` is of its
// sequence or later, and must outlive what is returned. DATA_LOSS: the log did
// not know the analysis then.
absl::StatusOr<DeclaredEstimate> Declare(const ReviewState& state,
                                         v1::Estimate estimate);

// What changed in an analysis between its estimates after entries `from` and
// `to`, from <= to; 0: from nothing. None if it had no estimate after `to`.
// What entry n caused lies between n - 1 and n. `read` gives the estimate that
// was current after an entry, with relative effects; NOT_FOUND: there was none.
absl::StatusOr<std::vector<v1::ConclusionEvent>> EventsBetween(
    absl::FunctionRef<absl::StatusOr<DeclaredEstimate>(int64_t as_of)> read,
    int64_t from, int64_t to);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_EVENTS_BETWEEN_H_
