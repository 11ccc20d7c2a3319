// Relative effects of a stored estimate.
#ifndef TIDEMARK_REVIEW_RELATIVE_EFFECTS_H_
#define TIDEMARK_REVIEW_RELATIVE_EFFECTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

enum class Model { kCommon, kRandom };

const v1::ModelEstimate& EffectsUnder(const v1::Estimate& estimate,
                                      Model model);

// Index among the treatments of an estimate, -1 if it is none of them.
// O(log T).
int TreatmentIndex(const v1::Estimate& estimate, absl::string_view treatment);

// For each treatment the component that it is in. O(T log T).
std::vector<int> ComponentNumbers(const v1::Estimate& estimate);

// Variance of the difference of two treatments, 0 if they are not connected.
// Requires indices of treatments, i != j. O(1).
double PairVariance(const v1::ModelEstimate& model, int i, int j);

// Fills in `relative_effects` of both models from effects and pair variances:
// every pair of a component, first < second. Intervals and tests are those of
// nma/relative_effect.h with the estimate's interval method and level. O(T²).
void FillRelativeEffects(v1::Estimate* estimate);

// One comparison, oriented as asked, from effects and pair variances.
// NOT_FOUND: a treatment that the estimate does not have. INVALID_ARGUMENT:
// they are the same. FAILED_PRECONDITION: the two are not connected. O(T).
absl::StatusOr<v1::RelativeEffect> Compare(const v1::Estimate& estimate,
                                           Model model, absl::string_view first,
                                           absl::string_view second);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RELATIVE_EFFECTS_H_
