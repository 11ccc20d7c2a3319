// From what studies reported to relative effects with their covariance.
#ifndef TIDEMARK_NMA_STUDY_EFFECTS_H_
#define TIDEMARK_NMA_STUDY_EFFECTS_H_

#include <variant>
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

// What ComputeEffects makes of one study among others: its effects or why it is
// left out. `any_zero_cell` says whether any of them has a zero cell
// (zero_cells.h); under other rules than kIf0All it changes nothing. Errors of
// ComputeEffects, which may name another study where several have one. O(k^3).
absl::StatusOr<std::variant<StudyEffects, LeftOutStudy>> ComputeStudyEffects(
    const Study& study, bool any_zero_cell, const EffectOptions& options);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_EFFECTS_H_
