// Events of single comparisons.
#ifndef TIDEMARK_REVIEW_PAIR_EVENTS_H_
#define TIDEMARK_REVIEW_PAIR_EVENTS_H_

#include <vector>

#include "review/conclusion_events.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::review {

// The events of ConclusionEvents that are of a comparison, without analysis and
// sequence. O(T² · thresholds).
std::vector<v1::ConclusionEvent> PairEvents(const DeclaredEstimate* before,
                                            const DeclaredEstimate& after);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PAIR_EVENTS_H_
