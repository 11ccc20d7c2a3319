#include "nma/zero_cells.h"

#include <algorithm>
#include <variant>
#include <vector>

namespace tidemark::nma {
namespace {

bool HasNoEvent(const BinaryArm& arm) { return arm.events == 0; }
bool HasNoEvent(const RateArm& arm) { return arm.events == 0; }

bool HasOnlyEvents(const BinaryArm& arm) { return arm.events == arm.total; }
bool HasOnlyEvents(const RateArm&) { return false; }

// What the arms of a study say about zero cells.
struct Cells {
  bool any_zero = false;
  bool no_event = false;     // in any arm
  bool only_events = false;  // in every arm
};

template <typename Arm>
Cells CellsOf(const std::vector<Arm>& arms) {
  const auto no_event = [](const Arm& arm) { return HasNoEvent(arm); };
  const auto only_events = [](const Arm& arm) { return HasOnlyEvents(arm); };
  return {std::any_of(arms.begin(), arms.end(), no_event) ||
              std::any_of(arms.begin(), arms.end(), only_events),
          std::all_of(arms.begin(), arms.end(), no_event),
          std::all_of(arms.begin(), arms.end(), only_events)};
}
Cells CellsOf(const std::vector<ContinuousArm>&) { return {}; }
Cells CellsOf(const std::vector<Contrast>&) { return {}; }
Cells CellsOf(const BaselineContrasts&) { return {}; }

Cells CellsOf(const Study& study) {
  return std::visit([](const auto& data) { return CellsOf(data); }, study.data);
}

}  // namespace

bool HasZeroCell(const Study& study) { return CellsOf(study).any_zero; }

std::optional<std::string> UninformativeReason(const Study& study,
                                               EffectMeasure measure) {
  const bool is_of_odds = measure == EffectMeasure::kOddsRatio ||
                          measure == EffectMeasure::kPetoOddsRatio;
  const bool is_ratio = is_of_odds || measure == EffectMeasure::kRiskRatio ||
                        measure == EffectMeasure::kIncidenceRateRatio;
  const Cells cells = CellsOf(study);
  if (is_ratio && cells.no_event) return "no event in any arm";
  if (is_of_odds && cells.only_events) return "only events in every arm";
  return std::nullopt;
}

}  // namespace tidemark::nma
