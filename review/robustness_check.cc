#include "review/robustness_check.h"

#include "absl/strings/str_cat.h"
#include "review/check.h"

namespace tidemark::review {
namespace {

template <typename Spec>
void CheckComparison(const std::string& path, const Spec& spec,
                     Violations& violations) {
  if (spec.first().empty() != spec.second().empty()) {
    violations.Add(
        absl::StrCat(path, spec.first().empty() ? ".first" : ".second"),
        "a comparison needs two treatments: give both, or neither");
  } else if (!spec.first().empty() && spec.first() == spec.second()) {
    violations.Add(
        absl::StrCat(path, ".second"),
        absl::StrCat("must be another treatment than first, found \"",
                     spec.second(), "\" twice"));
  }
}

}  // namespace

void CheckLeaveOneOut(const std::string& path, const v1::LeaveOneOutSpec& spec,
                      Violations& violations) {
  CheckComparison(path, spec, violations);
}

void CheckThresholdAnalysis(const std::string& path,
                            const v1::ThresholdAnalysisSpec& spec,
                            Violations& violations) {
  CheckComparison(path, spec, violations);
  if (spec.has_minimal_important_difference()) {
    CheckPositive(absl::StrCat(path, ".minimal_important_difference"),
                  spec.minimal_important_difference(), violations);
  }
}

}  // namespace tidemark::review
