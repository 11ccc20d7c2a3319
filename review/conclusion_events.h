// How what an estimate says changes from one estimate to the next.
#ifndef TIDEMARK_REVIEW_CONCLUSION_EVENTS_H_
#define TIDEMARK_REVIEW_CONCLUSION_EVENTS_H_

#include <vector>

#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// An estimate with what was declared when it was made.
struct DeclaredEstimate {
  // With the relative effects of the random-effects model, as
  // FillRelativeEffects orders them.
  v1::Estimate estimate;
  // The version of the analysis and of the protocol. Must outlive it.
  const v1::Analysis* analysis = nullptr;
  const v1::Review* protocol = nullptr;
};

// Whether effects of two versions of an analysis under their protocols are of
// one outcome, on its scale, and of one measure: only then one can be
// subtracted from the other.
bool SameScale(const v1::Analysis& before, const v1::Review& protocol_before,
               const v1::Analysis& after, const v1::Review& protocol_after);

// What changed from one estimate of an analysis to a later one, by the rules of
// conclusion_rules.h: first what is of the whole network, then comparisons by
// first and second. `before` null: there was none, so that treatments were
// added and comparisons became estimable. Pure: the same estimates give the
// same events.
//
// Where effects can be 0 but for rounding they have no direction, and moves
// that are rounding are none (kSameEstimate of the standard error). Effects of
// another outcome, scale of it, or measure are on another scale:
// DIRECTION_FLIPPED, IMPORTANCE_CHANGED and EFFECT_SHIFTED do not compare them.
// A threshold is the same before and after if it is equal, else if it is the
// only one of its source on both sides; those that are left are paired by
// value, the smallest first. O(T² · thresholds).
std::vector<v1::ConclusionEvent> ConclusionEvents(
    const DeclaredEstimate* before, const DeclaredEstimate& after);

// The event as of second versus first; one of the whole network as it is.
v1::ConclusionEvent Reversed(v1::ConclusionEvent event);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_CONCLUSION_EVENTS_H_
