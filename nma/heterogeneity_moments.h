// The moments of the residuals that estimators of tau^2 rest on.
#ifndef TIDEMARK_NMA_HETEROGENEITY_MOMENTS_H_
#define TIDEMARK_NMA_HETEROGENEITY_MOMENTS_H_

#include "absl/status/statusor.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// With W = (V + tau2 V0)^-1 and P = W - W B L^-1 B' W over all effects.
struct HeterogeneityMoments {
  double q = 0;             // y' P y
  double trace = 0;         // tr(P V0)
  double quadratic = 0;     // y' P V0 P y
  double weight_trace = 0;  // tr(W V0)
};

// Whether tr(P V0), computed as a difference from tr(W V0), has most of its
// digits.
bool KeepsItsDigits(const HeterogeneityMoments& moments);

// Each moment keeps its digits however far the weights are apart. A study that
// outweighs the rest of the network has hardly any residual, and a difference
// of W and W B L^-1 B' W would be rounding noise. Where most of tr(W V0)
// cancels, such a study is compared with the rest instead (leave_one_out.h):
// with G the weight of the rest on the study's effects and g = G times the
// effects that the rest predicts,
//   its block of P is (I + G V)^-1 G, and of P y (I + G V)^-1 (G y - g).
//
// FailedPrecondition as in Elimination. O(sum k^3 + nodes^3), and O(studies
// nodes^2) more where weights cancel.
absl::StatusOr<HeterogeneityMoments> MomentsAt(const ConnectedNetwork& network,
                                               double tau2);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_HETEROGENEITY_MOMENTS_H_
