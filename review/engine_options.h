// What an analysis asks of the engine.
#ifndef TIDEMARK_REVIEW_ENGINE_OPTIONS_H_
#define TIDEMARK_REVIEW_ENGINE_OPTIONS_H_

#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "nma/study_effects.h"
#include "tidemark/v1/analysis.pb.h"

namespace tidemark::review {

// How studies become effects. Requires an analysis with defaults filled in.
nma::EffectOptions EffectOptionsOf(const v1::Analysis& analysis);

// Estimates of build 0.1.0 do not say: theirs are normal.
nma::IntervalMethod IntervalMethodOf(v1::IntervalMethod::Code code);

// Whether the study has the reference of the analysis among its treatments.
bool HasReference(const nma::StudyEffects& study, const v1::Analysis& analysis);

// How a network is fitted. A reference that no study has is left out: a living
// review may name it before a trial has used it.
nma::FitOptions FitOptionsOf(const v1::Analysis& analysis, bool has_reference,
                             bool small_values_desirable);
nma::FitOptions FitOptionsOf(const v1::Analysis& analysis,
                             absl::Span<const nma::StudyEffects> studies,
                             bool small_values_desirable);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ENGINE_OPTIONS_H_
