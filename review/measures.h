// Which effect measures go with which outcomes.
#ifndef TIDEMARK_REVIEW_MEASURES_H_
#define TIDEMARK_REVIEW_MEASURES_H_

#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// Whether an outcome of this kind can be analysed on the measure: OR, RR, RD,
// ASD, PETO are for BINARY, MD, SMD, ROM for CONTINUOUS, IRR, IRD, IRSD for
// RATE, HR for TIME_TO_EVENT, GENERIC for each. False for unknown values.
bool Suits(v1::EffectMeasure::Code measure, v1::Outcome::Kind kind);

// Whether it is a ratio, which is analysed as its logarithm: OR, RR, PETO, ROM,
// IRR, HR.
bool IsRatio(v1::EffectMeasure::Code measure);

// Whether no results of arms give the measure: HR, GENERIC.
bool NeedsContrasts(v1::EffectMeasure::Code measure);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_MEASURES_H_
