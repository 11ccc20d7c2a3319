// A network without each of its studies in turn.
#ifndef TIDEMARK_NMA_WITHOUT_STUDY_H_
#define TIDEMARK_NMA_WITHOUT_STUDY_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/component_fit.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/q_decomposition.h"

namespace tidemark::nma {

// What the other studies say.
struct WithoutStudy {
  // tau^2 estimated anew, without limits of tau^2. It may have fewer treatments
  // and more components than the whole network; components without a reference
  // of their own use their first treatment.
  NetworkFit fit;
  // Of the common-effect model, summed over the components.
  QDecomposition q;
  // The random-effects model of the treatments of `fit` with tau^2 held where
  // the whole network has it: effects up to a constant for each component, pair
  // variances 0 across components.
  NodeEstimates fixed_tau2;
};

// Calls `visit` with the index of each study, in their order, and what the
// others say; or with the error of their fit: FailedPrecondition if there is no
// other study or if double cannot hold the precisions of the others together.
// An error of `visit` ends it and is returned.
//
// `fit` equals FitNetwork of the others to 1e-9, and so do both other parts a
// fit from scratch: studies are taken out of a LiveNetwork and put back. The
// estimates at fixed tau^2 are downdates of rank k-1 (recursive_least_squares.h
// with variances v + tau^2); where the others hardly bear a study out (leverage
// 0.99 or more, as where it is a bridge) they are fitted anew.
//
// Requires the fit of these studies, with distinct ids, by these options. Per
// study O(k T^2) for what follows by downdates, and some twelve passes of
// O(S + T^3) for tau^2 and what rests on it.
absl::Status LeaveOutEach(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit,
    const FitOptions& options,
    absl::FunctionRef<absl::Status(int, const absl::StatusOr<WithoutStudy>&)>
        visit);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_WITHOUT_STUDY_H_
