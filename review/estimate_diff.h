// Two estimates of an analysis, side by side.
#ifndef TIDEMARK_REVIEW_ESTIMATE_DIFF_H_
#define TIDEMARK_REVIEW_ESTIMATE_DIFF_H_

#include "review/conclusion_events.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::review {

// Random-effects comparisons that moved beyond rounding (SameComparison),
// became estimable or ceased to be, are of another outcome or measure, or have
// an event; and what changed. `before` null: there was
// none. O(T² · thresholds).
v1::EstimateDiff DiffEstimates(const DeclaredEstimate* before,
                               const DeclaredEstimate& after);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ESTIMATE_DIFF_H_
