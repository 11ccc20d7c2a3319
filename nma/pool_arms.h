// Pools arms that share a node: Cochrane Handbook for Systematic Reviews of
// Interventions, version 6, section 6.5.2.10 (table 6.5.a).
#ifndef TIDEMARK_NMA_POOL_ARMS_H_
#define TIDEMARK_NMA_POOL_ARMS_H_

#include "nma/study.h"

namespace tidemark::nma {

// One group of both: mean weighted by n, SD of the joined sample. The treatment
// is that of `a`. The formula is exact, so the order of pooling does not
// matter.
ContinuousArm Pool(const ContinuousArm& a, const ContinuousArm& b);

// Sums of events and people.
BinaryArm Pool(const BinaryArm& a, const BinaryArm& b);

// Sums of events and exposure.
RateArm Pool(const RateArm& a, const RateArm& b);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_POOL_ARMS_H_
