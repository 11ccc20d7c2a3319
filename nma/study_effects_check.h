// The shape that study effects must have before a network is fitted to them.
#ifndef TIDEMARK_NMA_STUDY_EFFECTS_CHECK_H_
#define TIDEMARK_NMA_STUDY_EFFECTS_CHECK_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "nma/effects.h"

namespace tidemark::nma {

// InvalidArgument naming the study unless each has k >= 2 distinct treatments,
// k-1 finite effects and a finite, symmetric, positive definite covariance of
// that size. O(sum k^3).
absl::Status CheckStudyEffects(absl::Span<const StudyEffects> studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_EFFECTS_CHECK_H_
