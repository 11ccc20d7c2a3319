#include "review/conclusion_events.h"

#include <utility>
#include <vector>

#include "review/conclusions.h"
#include "review/network_events.h"
#include "review/pair_events.h"
#include "review/protocol.h"

namespace tidemark::review {
namespace {

void Reverse(v1::ConclusionEvent::Side* side) {
  side->set_class_(Reversed(side->class_()));
  if (side->has_effect()) side->set_effect(0 - side->effect());
  if (!side->has_lower()) return;
  const double lower = side->lower();
  side->set_lower(0 - side->upper());
  side->set_upper(0 - lower);
}

}  // namespace

bool SameScale(const v1::Analysis& before, const v1::Review& protocol_before,
               const v1::Analysis& after, const v1::Review& protocol_after) {
  const v1::Outcome* const was =
      FindById(protocol_before.outcomes(), before.outcome());
  const v1::Outcome* const is =
      FindById(protocol_after.outcomes(), after.outcome());
  return was != nullptr && is != nullptr && was->id() == is->id() &&
         was->scale_max() - was->scale_min() ==
             is->scale_max() - is->scale_min() &&
         before.effect_measure() == after.effect_measure();
}

std::vector<v1::ConclusionEvent> ConclusionEvents(
    const DeclaredEstimate* before, const DeclaredEstimate& after) {
  std::vector<v1::ConclusionEvent> events = NetworkEvents(before, after);
  for (v1::ConclusionEvent& event : PairEvents(before, after)) {
    events.push_back(std::move(event));
  }
  for (v1::ConclusionEvent& event : events) {
    event.set_analysis_id(after.estimate.analysis_id());
    event.set_sequence(after.estimate.sequence());
  }
  return events;
}

v1::ConclusionEvent Reversed(v1::ConclusionEvent event) {
  if (event.first().empty()) return event;
  event.mutable_first()->swap(*event.mutable_second());
  Reverse(event.mutable_before());
  Reverse(event.mutable_after());
  return event;
}

}  // namespace tidemark::review
