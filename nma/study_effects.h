// From what studies reported to relative effects with their covariance.
#ifndef TIDEMARK_NMA_STUDY_EFFECTS_H_
#define TIDEMARK_NMA_STUDY_EFFECTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/study.h"

namespace tidemark::nma {

enum class SmdMethod {
  kHedges,  // g: exact small-sample correction and its unbiased variance
  kCohen,   // d: no correction
};

// Which studies get the increment in their cells. Always decided per study
// over all its arms. A zero cell is an arm with no event or, for binary data,
// with only events.
enum class ZeroCellRule {
  kOnly0,   // studies with a zero cell
  kIf0All,  // every study if any study has a zero cell
  kAll,     // every study
  kNone,    // no study
};

struct EffectOptions {
  EffectMeasure measure = EffectMeasure::kOddsRatio;
  SmdMethod smd = SmdMethod::kHedges;
  ZeroCellRule zero_cells = ZeroCellRule::kOnly0;
  double increment = 0.5;  // > 0; not read under kNone
};

struct EffectSet {
  std::vector<StudyEffects> studies;  // in the order of the input
  std::vector<LeftOutStudy> left_out;
};

// Effects of every study. Formulas and sources: arm_estimates.h, peto.h and
// standardized_mean.h (arms), contrast_effects.h and baseline_effects.h
// (contrasts), docs/methods.md. Studies may come in different forms: the same
// data give the same effects in each.
//
// Left out, with the reason: for OR and PETO a study whose arms all have no
// event or all have only events; for RR and IRR one whose arms all have no
// event; under kNone one whose effect needs an increment (never ASD, PETO,
// IRSD); for SMD one with too few people for a pooled standard deviation
// (N - k < 1, for Hedges < 2); for ROM one with a mean that is not above 0.
//
// InvalidArgument: data that breaks a rule of study_check.h or the options;
// contrasts that do not fit one study (contrast_effects.h); effects whose
// variances differ by more than double precision can hold, or have none.
// O(sum of k^3 over the studies).
absl::StatusOr<EffectSet> ComputeEffects(absl::Span<const Study> studies,
                                         const EffectOptions& options);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_EFFECTS_H_
