// Events of a whole network: what was declared, treatments, parts, coherence,
// ranks.
#ifndef TIDEMARK_REVIEW_NETWORK_EVENTS_H_
#define TIDEMARK_REVIEW_NETWORK_EVENTS_H_

#include <vector>

#include "review/conclusion_events.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::review {

// Those of NetworkEvents that are of what was declared: MODEL_CHANGED,
// THRESHOLD_CHANGED, NODE_MAP_CHANGED. O(1) for the same versions.
std::vector<v1::ConclusionEvent> DeclaredEvents(const DeclaredEstimate& before,
                                                const DeclaredEstimate& after);

// The events of ConclusionEvents that are of no single comparison, without
// analysis and sequence. O(T² log T).
std::vector<v1::ConclusionEvent> NetworkEvents(const DeclaredEstimate* before,
                                               const DeclaredEstimate& after);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_NETWORK_EVENTS_H_
