// A study that reported differences to one arm and that arm's standard error.
#ifndef TIDEMARK_NMA_BASELINE_EFFECTS_H_
#define TIDEMARK_NMA_BASELINE_EFFECTS_H_

#include "absl/strings/string_view.h"
#include "nma/effects.h"
#include "nma/study.h"

namespace tidemark::nma {

// The k-1 effects versus the first treatment by bytes. With b the standard
// error of the baseline arm, differences d_i to it have Cov(d_i, d_j) = b^2 and
// Var(d_i) = se_i^2 (Franchini et al. 2012; Dias et al. 2011, NICE DSU TSD 2),
// so arm i has the variance se_i^2 - b^2 and the baseline b^2. Exact for
// measures whose arms are independent; SMD, whose arms share a standard
// deviation, is approximated.
// Requires data that CheckStudies accepts. O(k^2).
StudyEffects EffectsFromBaselineContrasts(absl::string_view study,
                                          const BaselineContrasts& data);

// The same study without its baseline arm: differences to the first of the
// other arms, with the variances of the arms as above.
// Requires baseline_se below every se, and two or more contrasts.
BaselineContrasts WithoutBaseline(const BaselineContrasts& data);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_BASELINE_EFFECTS_H_
