// The profile likelihood confidence interval of tau^2.
#ifndef TIDEMARK_NMA_PROFILE_LIKELIHOOD_H_
#define TIDEMARK_NMA_PROFILE_LIKELIHOOD_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "nma/interval.h"
#include "nma/likelihood.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// The hull of {tau^2 >= 0: 2 (l_max - l(tau^2)) <= the `level` quantile of
// chi-square with 1 degree of freedom}, l the log likelihood of this kind and
// l_max its global maximum (Hardy & Thompson 1996). A likelihood with several
// maxima can leave a gap in the set; the hull has no gap. Ends to full
// precision; it contains the global maximum. None if
// * df is 0: nothing is known of tau^2, or
// * its upper end is beyond the range of double.
// Requires the LocalMaxima of this kind (empty if df is 0) and 0 < level < 1.
// FailedPrecondition as in Elimination. O(sum k^3 + nodes^3) times a few dozen.
absl::StatusOr<std::optional<Interval>> ProfileLikelihoodInterval(
    const ConnectedNetwork& network, LikelihoodKind kind,
    const std::vector<LocalMaximum>& maxima, double level);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_PROFILE_LIKELIHOOD_H_
