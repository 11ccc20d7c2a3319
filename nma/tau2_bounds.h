// The range of tau^2 in which a search has to look.
#ifndef TIDEMARK_NMA_TAU2_BOUNDS_H_
#define TIDEMARK_NMA_TAU2_BOUNDS_H_

#include "absl/status/statusor.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// At most the smallest eigenvalue of any V relative to V0: the scale on which
// tau^2 begins to change weights. O(sum k^3).
double SmallestVariance(const ConnectedNetwork& network);

// The residual sum of squares with weights V0^-1. Q with the weights of any
// tau^2 is at most this over tau^2, since V + tau^2 V0 >= tau^2 V0. Infinite if
// the squares are. FailedPrecondition as in Elimination. O(sum k^3 + nodes^3).
absl::StatusOr<double> StructureSumOfSquares(const ConnectedNetwork& network);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TAU2_BOUNDS_H_
