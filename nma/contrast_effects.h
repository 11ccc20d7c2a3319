// A study that reported contrasts: its covariance and its consistent effects.
#ifndef TIDEMARK_NMA_CONTRAST_EFFECTS_H_
#define TIDEMARK_NMA_CONTRAST_EFFECTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nma/effects.h"
#include "nma/study.h"

namespace tidemark::nma {

// The k-1 effects behind all k(k-1)/2 contrasts of a study. With v the squared
// standard errors and b the base, the covariance is
// S_ij = (v_ib + v_jb - v_ij) / 2 (Franchini et al. 2012, section 3).
// Contrasts that do not close exactly (A-B + B-C != A-C, as after rounding) are
// projected onto consistency by weighted least squares with the weights that
// reproduce S as a network of pairwise comparisons (Ruecker & Schwarzer 2014).
//
// InvalidArgument naming the study if
//  * a contrast is further from its projection than 1 % of the largest
//    |effect| or standard error of the study,
//  * the variance of an arm behind the contrasts is negative (k >= 3), or
//  * S is not positive definite.
// Requires data that CheckStudies accepts. O(k^3).
absl::StatusOr<StudyEffects> EffectsFromContrasts(
    absl::string_view study, const std::vector<Contrast>& contrasts);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_CONTRAST_EFFECTS_H_
