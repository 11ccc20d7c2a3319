#include "nma/zero_cells.h"

#include <algorithm>
#include <variant>
#include <vector>

namespace tidemark::nma {
namespace {

bool HasNoEvent(const BinaryArm& arm) { return arm.events == 0; }
bool HasNoEvent(const RateArm& arm) { return arm.events == 0; }
bool HasNoEvent(const ContinuousArm&) { return false; }
bool HasNoEvent(const Contrast&) { return false; }

bool HasOnlyEvents(const BinaryArm& arm) { return arm.events == arm.total; }
bool HasOnlyEvents(const RateArm&) { return false; }
bool HasOnlyEvents(const ContinuousArm&) { return false; }
bool HasOnlyEvents(const Contrast&) { return false; }

bool NoArmHasEvents(const Study& study) {
  return std::visit(
      [](const auto& arms) {
        return std::all_of(arms.begin(), arms.end(),
                           [](const auto& arm) { return HasNoEvent(arm); });
      },
      study.data);
}

bool AllArmsHaveOnlyEvents(const Study& study) {
  return std::visit(
      [](const auto& arms) {
        return std::all_of(arms.begin(), arms.end(),
                           [](const auto& arm) { return HasOnlyEvents(arm); });
      },
      study.data);
}

}  // namespace

bool HasZeroCell(const Study& study) {
  return std::visit(
      [](const auto& arms) {
        return std::any_of(arms.begin(), arms.end(), [](const auto& arm) {
          return HasNoEvent(arm) || HasOnlyEvents(arm);
        });
      },
      study.data);
}

std::optional<std::string> UninformativeReason(const Study& study,
                                               EffectMeasure measure) {
  const bool is_ratio = measure == EffectMeasure::kOddsRatio ||
                        measure == EffectMeasure::kRiskRatio ||
                        measure == EffectMeasure::kIncidenceRateRatio;
  if (is_ratio && NoArmHasEvents(study)) return "no event in any arm";
  if (measure == EffectMeasure::kOddsRatio && AllArmsHaveOnlyEvents(study)) {
    return "only events in every arm";
  }
  return std::nullopt;
}

}  // namespace tidemark::nma
