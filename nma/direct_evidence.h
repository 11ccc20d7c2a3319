// What the studies that compare two treatments say of them by themselves.
#ifndef TIDEMARK_NMA_DIRECT_EVIDENCE_H_
#define TIDEMARK_NMA_DIRECT_EVIDENCE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// Of two treatments, the first minus the second, on the analysis scale.
struct PairEstimate {
  double effect = 0;
  double se = 0;  // > 0
};

// The network's estimate under one model of a fit. Requires two treatments that
// are connected.
PairEstimate NetworkEstimate(const ModelFit& model, int first, int second);

// Direct evidence on a pair: the inverse-variance mean of its contrast in every
// study with both treatments, multi-arm studies included, each with its
// variance Var(y_i - y_j) plus tau^2 of the model.
struct DirectEvidence {
  int first = 0;  // treatments of the fit, first < second
  int second = 0;
  int studies = 0;      // with both treatments, >= 1
  PairEstimate common;  // tau^2 = 0
  PairEstimate random;  // tau^2 of the pair's component in the fit
};

// Every pair that a study compares, ordered by first, then by second. The
// result does not depend on the order of the studies.
// Requires the fit of these studies. InvalidArgument: numbers so large or so
// far apart that an estimate is not finite. O(S log S + sum k^2 log T).
absl::StatusOr<std::vector<DirectEvidence>> PoolDirectEvidence(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit);

// Direct minus indirect evidence on one pair, as independent estimates.
struct EvidenceDifference {
  double effect = 0;
  double se = 0;  // sqrt(se_direct^2 + se_indirect^2)
  double z = 0;   // effect / se
  double p = 1;   // two-sided, normal
};

struct IndirectEvidence {
  PairEstimate estimate;
  EvidenceDifference difference;  // direct minus this
};

// InvalidArgument: a number would not be finite.
absl::StatusOr<IndirectEvidence> CompareWithDirect(const PairEstimate& indirect,
                                                   const PairEstimate& direct);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_DIRECT_EVIDENCE_H_
