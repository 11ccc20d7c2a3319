// Splitting network estimates into direct and indirect evidence by
// back-calculation.
#ifndef TIDEMARK_NMA_SPLITS_H_
#define TIDEMARK_NMA_SPLITS_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/direct_evidence.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// The least share of indirect evidence that is told apart from rounding. An
// indirect estimate loses as many digits as its share is small, and where one
// study, or a bridge, is all evidence on a pair the share is 0 but for
// rounding.
inline constexpr double kMinIndirectShare = 1e-9;

// One pair under one model.
struct EvidenceSplit {
  PairEstimate network;  // of the fit: direct and indirect evidence together
  PairEstimate direct;
  // P = se_network^2 / se_direct^2, the share of direct evidence in the network
  // estimate: 0 < P <= 1.
  double direct_share = 1;
  // (network - P direct) / (1 - P) with se_network / sqrt(1 - P). None if
  // direct evidence is all there is: 1 - P <= kMinIndirectShare, or more in a
  // component with a multi-arm study whose base is so imprecise (some 10^3
  // times the variance of other arms) that it costs them digits.
  std::optional<IndirectEvidence> indirect;
};

struct PairSplit {
  int first = 0;  // treatments of the fit, first < second
  int second = 0;
  int studies = 0;  // that compare the two directly, >= 1
  EvidenceSplit common;
  EvidenceSplit random;
};

// Every pair that a study compares, ordered by first, then by second. On any
// other pair of a component all evidence is indirect: the network estimate.
//
// Back-calculation (Dias et al. 2010; Koenig, Krahn & Binder 2013). With
// multi-arm studies "indirect" is all that the network adds to the pair's own
// contrasts, other arms of the same studies included, so the two are not quite
// independent; node_splits.h takes such studies apart.
//
// Requires the fit of these studies. InvalidArgument: an estimate that is not
// finite. O(S log S + sum k^2 log T).
absl::StatusOr<std::vector<PairSplit>> SplitEvidence(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_SPLITS_H_
