// The profile likelihood confidence interval of tau^2.
#ifndef TIDEMARK_NMA_PROFILE_LIKELIHOOD_H_
#define TIDEMARK_NMA_PROFILE_LIKELIHOOD_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "nma/interval.h"
#include "nma/likelihood.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

// The hull of {tau^2 >= 0: 2 (l_max - l(tau^2)) <= the `level` quantile of
// chi-square with 1 degree of freedom}, l the log likelihood of this kind and
// l_max its global maximum (Hardy & Thompson 1996). A likelihood with several
// maxima can leave a gap in the set; the hull has no gap. Ends to full
// precision; it contains the global maximum. None if
// * df is 0: nothing is known of tau^2, or
// * its upper end is beyond the range of double.
// Requires the LocalMaxima of this kind (empty if df is 0) and 0 < level < 1.
// `start` may be the interval of a similar network; it decides how fast, not
// what is found.
// FailedPrecondition as in Tau2Model. About 15 fits, ten for a
// good start.
absl::StatusOr<std::optional<Interval>> ProfileLikelihoodInterval(
    const Tau2Model& model, LikelihoodKind kind,
    const std::vector<LocalMaximum>& maxima, double level,
    Interval start = {0, 0});

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_PROFILE_LIKELIHOOD_H_
