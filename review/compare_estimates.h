// Whether two estimates are the same but for rounding.
#ifndef TIDEMARK_REVIEW_COMPARE_ESTIMATES_H_
#define TIDEMARK_REVIEW_COMPARE_ESTIMATES_H_

#include "absl/status/statusor.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// Largest deviation that counts as the same number.
inline constexpr double kSameEstimate = 1e-9;

// The largest deviation between numbers of the two (infinity if one of them is
// not finite): of effects and variances relative to the largest of their
// vector, of effects at least to the largest standard error, of tau² and its
// intervals relative to the larger of themselves and the largest variance, of
// the rest relative to max(1, itself). DATA_LOSS, naming the field, if anything
// that is not such a number differs, but for build and inputs digest, which are
// the caller's to compare.
absl::StatusOr<double> LargestDeviation(const v1::Estimate& stored,
                                        const v1::Estimate& recomputed);

// Whether two comparisons of the same treatments are the same numbers: effect
// and interval deviate by at most kSameEstimate, relative to max(1,
// themselves).
bool SameComparison(const v1::RelativeEffect& a, const v1::RelativeEffect& b);

// Effect after less effect before; 0 if they are the same number.
double EffectChange(const v1::RelativeEffect& before,
                    const v1::RelativeEffect& after);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_COMPARE_ESTIMATES_H_
