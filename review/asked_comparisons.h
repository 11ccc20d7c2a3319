// For which comparisons a detail of an estimate is asked.
#ifndef TIDEMARK_REVIEW_ASKED_COMPARISONS_H_
#define TIDEMARK_REVIEW_ASKED_COMPARISONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// Indices of two treatments of an estimate.
struct TreatmentPair {
  int first = 0;
  int second = 0;
};

// Adds a violation of `path`.first or `path`.second if only the other is named,
// and of `path`.second if both are the same treatment.
void CheckAskedComparison(const std::string& path, absl::string_view first,
                          absl::string_view second, Violations& violations);

// The comparison that is named, oriented as named; without names every pair of
// treatments of one component, first < second. Errors as Compare
// (relative_effects.h). O(T²).
absl::StatusOr<std::vector<TreatmentPair>> AskedComparisons(
    const v1::Estimate& estimate, absl::string_view first,
    absl::string_view second);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ASKED_COMPARISONS_H_
