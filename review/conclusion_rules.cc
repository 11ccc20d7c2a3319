#include "review/conclusion_rules.h"

#include "absl/types/span.h"
#include "review/conclusions.h"

namespace tidemark::review {
namespace {

using Event = v1::ConclusionEvent;
using v1::Importance;

constexpr ConclusionRule kRules[] = {
    {Event::DIRECTION_FLIPPED, Importance::MAJOR, 0,
     "the effect favoured one treatment and favours the other"},
    {Event::SIGNIFICANCE_GAINED, Importance::MAJOR, 0,
     "the interval included no difference and excludes it"},
    {Event::SIGNIFICANCE_LOST, Importance::MAJOR, 0,
     "the interval excluded no difference and includes it"},
    {Event::IMPORTANCE_CHANGED, Importance::MAJOR, 0,
     "the class by a threshold is another, and one of the two speaks of "
     "importance"},
    // Shojania et al. 2007, signal B2, for half of the effect.
    {Event::EFFECT_SHIFTED, Importance::NOTABLE, 0.5,
     "the effect moved by this share of itself or of the smallest threshold"},
    {Event::RANK_CHANGED, Importance::MINOR, 0,
     "another treatment leads its component, or the best-ranked set is "
     "another"},
    {Event::HETEROGENEITY_JUMPED, Importance::NOTABLE, 0.25,
     "I² moved by this much"},
    {Event::INCOHERENCE_APPEARED, Importance::NOTABLE, kIncoherent,
     "the p-value of the design-by-treatment test fell below this"},
    {Event::INCOHERENCE_RESOLVED, Importance::NOTABLE, kIncoherent,
     "the p-value of the design-by-treatment test is no longer below this"},
    {Event::CONNECTED, Importance::NOTABLE, 0,
     "treatments of different components are in one"},
    {Event::DISCONNECTED, Importance::NOTABLE, 0,
     "treatments of one component are in different ones"},
    {Event::TREATMENT_ADDED, Importance::MINOR, 0,
     "a treatment had no data and has some"},
    {Event::TREATMENT_REMOVED, Importance::NOTABLE, 0,
     "a treatment had data and has none"},
    {Event::BECAME_ESTIMABLE, Importance::MAJOR, 0,
     "the comparison had no estimate and has one"},
    {Event::BECAME_NOT_ESTIMABLE, Importance::MAJOR, 0,
     "the comparison had an estimate and has none"},
    {Event::MODEL_CHANGED, Importance::NOTABLE, 0,
     "the analysis, its outcome or its time point is another, beyond titles, "
     "thresholds and node map"},
    {Event::THRESHOLD_CHANGED, Importance::NOTABLE, 0,
     "effects are judged by other thresholds"},
    {Event::NODE_MAP_CHANGED, Importance::NOTABLE, 0,
     "the map has other nodes or rules"},
};

}  // namespace

absl::Span<const ConclusionRule> ConclusionRules() { return kRules; }

const ConclusionRule& RuleOf(v1::ConclusionEvent::Kind kind) {
  return kRules[kind - 1];
}

}  // namespace tidemark::review
