#include "review/asked_comparisons.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/relative_effects.h"

namespace tidemark::review {

void CheckAskedComparison(const std::string& path, absl::string_view first,
                          absl::string_view second, Violations& violations) {
  if (first.empty() != second.empty()) {
    violations.Add(absl::StrCat(path, first.empty() ? ".first" : ".second"),
                   "must not be empty: a comparison is of two treatments; name "
                   "both, or neither");
  } else if (!first.empty() && first == second) {
    violations.Add(
        absl::StrCat(path, ".second"),
        absl::StrCat("must be another treatment than first, found \"", second,
                     "\" twice"));
  }
}

absl::StatusOr<std::vector<TreatmentPair>> AskedComparisons(
    const v1::Estimate& estimate, absl::string_view first,
    absl::string_view second) {
  std::vector<TreatmentPair> pairs;
  if (!first.empty()) {
    RETURN_IF_ERROR(Compare(estimate, Model::kRandom, first, second).status());
    pairs.push_back(
        {TreatmentIndex(estimate, first), TreatmentIndex(estimate, second)});
    return pairs;
  }
  const std::vector<int> component = ComponentNumbers(estimate);
  for (int i = 0; i < estimate.treatments_size(); ++i) {
    for (int j = i + 1; j < estimate.treatments_size(); ++j) {
      if (component[i] == component[j]) pairs.push_back({i, j});
    }
  }
  return pairs;
}

}  // namespace tidemark::review
