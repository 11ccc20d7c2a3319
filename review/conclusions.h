// What an estimate says.
#ifndef TIDEMARK_REVIEW_CONCLUSIONS_H_
#define TIDEMARK_REVIEW_CONCLUSIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// I² from which an estimate counts as heterogeneous (Cochrane Handbook 10.10.2:
// 50 % to 90 % may represent substantial heterogeneity).
inline constexpr double kHeterogeneous = 0.5;
// P-value of the design-by-treatment test below which it counts as incoherent
// (Nikolakopoulou et al. 2020, CINeMA).
inline constexpr double kIncoherent = 0.1;

// The class of an interval, lower <= upper, of first minus second
// (conclusion.proto). Bounds are strict: an interval that ends at the threshold
// is not beyond it. Without a threshold: by no difference alone.
v1::ConclusionClass::Code ClassOfInterval(double lower, double upper,
                                          bool small_values_desirable,
                                          std::optional<double> threshold);

// The class of a comparison. Null: it is not estimable.
v1::ConclusionClass::Code ClassOf(const v1::RelativeEffect* effect,
                                  bool small_values_desirable,
                                  std::optional<double> threshold);

// The same class of second minus first.
v1::ConclusionClass::Code Reversed(v1::ConclusionClass::Code code);

// What is said of second versus first.
v1::ComparisonConclusion Reversed(v1::ComparisonConclusion conclusion);

// Whether there is an interval and it excludes no difference.
bool ExcludesNoDifference(const v1::RelativeEffect& effect);

// Treatments with the highest P-score under the random-effects model, one for
// each component of two or more treatments; of equal ones the first.
std::vector<std::string> Leaders(const v1::Estimate& estimate);

// The leaders, and all whose interval against the leader of their component
// includes no difference, by bytes. The estimate has the relative effects of
// the random-effects model. O(T²).
std::vector<std::string> BestRanked(const v1::Estimate& estimate);

bool IsHeterogeneous(const v1::Estimate& estimate);
bool IsIncoherent(const v1::Estimate& estimate);

// What the estimate says, for all pairs. It has the relative effects of the
// random-effects model, as FillRelativeEffects orders them. O(T² · thresholds).
v1::Conclusions Conclude(const v1::Estimate& estimate,
                         absl::Span<const v1::Threshold> thresholds);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_CONCLUSIONS_H_
