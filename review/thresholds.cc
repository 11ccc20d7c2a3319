#include "review/thresholds.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "review/check.h"
#include "review/measures.h"
#include "review/protocol.h"

namespace tidemark::review {
namespace {

// Whether a threshold on the outcome's scale is one on the analysis scale.
bool IsOnOutcomeScale(v1::EffectMeasure::Code measure,
                      const v1::Outcome& outcome) {
  return outcome.kind() == v1::Outcome::CONTINUOUS
             ? measure == v1::EffectMeasure::MD
             : IsRatio(measure);
}

}  // namespace

void ValidateThresholds(
    absl::string_view path,
    const google::protobuf::RepeatedPtrField<v1::Threshold>& thresholds,
    Violations& violations) {
  for (int i = 0; i < thresholds.size(); ++i) {
    const v1::Threshold& threshold = thresholds[i];
    const std::string element = Element(path, i);
    if (!IsSpecified(threshold.kind())) {
      violations.Add(absl::StrCat(element, ".kind"),
                     "must be BETWEEN_GROUPS or WITHIN_PERSON");
    }
    if (CheckFinite(absl::StrCat(element, ".value"), threshold.value(),
                    violations) &&
        threshold.value() <= 0) {
      violations.Add(
          absl::StrCat(element, ".value"),
          absl::StrCat("must be > 0, found ", Number(threshold.value())));
    }
    CheckNotEmpty(absl::StrCat(element, ".source"), threshold.source(),
                  violations);
  }
}

std::vector<v1::Threshold> ThresholdsOf(const v1::Analysis& analysis,
                                        const v1::Review& protocol) {
  if (!analysis.thresholds().empty()) {
    return {analysis.thresholds().begin(), analysis.thresholds().end()};
  }
  std::vector<v1::Threshold> thresholds;
  const v1::Outcome* const outcome =
      FindById(protocol.outcomes(), analysis.outcome());
  if (outcome == nullptr ||
      !IsOnOutcomeScale(analysis.effect_measure(), *outcome)) {
    return thresholds;
  }
  for (const v1::Threshold& threshold : outcome->thresholds()) {
    if (threshold.kind() == v1::Threshold::BETWEEN_GROUPS) {
      thresholds.push_back(threshold);
    }
  }
  return thresholds;
}

std::string ShownThresholds(const std::vector<v1::Threshold>& thresholds) {
  if (thresholds.empty()) return "none";
  std::string shown;
  for (const v1::Threshold& threshold : thresholds) {
    absl::StrAppend(&shown, shown.empty() ? "" : ", ",
                    Number(threshold.value()), " (", threshold.source(), ")");
  }
  return shown;
}

}  // namespace tidemark::review
