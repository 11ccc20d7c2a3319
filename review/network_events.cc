#include "review/network_events.h"

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "review/conclusion_rules.h"
#include "review/conclusions.h"
#include "review/declared_changes.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

using Event = v1::ConclusionEvent;
using Events = std::vector<Event>;

bool IsEstimable(const v1::Estimate& estimate) {
  return !estimate.treatments().empty();
}

Event& Add(Event::Kind kind, Events* events) {
  Event& event = events->emplace_back();
  event.set_kind(kind);
  event.set_importance(RuleOf(kind).importance);
  return event;
}

void AddDeclared(Event::Kind kind, const std::optional<DeclaredChange>& change,
                 Events* events) {
  if (!change.has_value()) return;
  Event& event = Add(kind, events);
  event.mutable_before()->set_text(change->before);
  event.mutable_after()->set_text(change->after);
}

void AddTreatments(const v1::Estimate& before, const v1::Estimate& after,
                   Events* events) {
  const std::set<std::string> was(before.treatments().begin(),
                                  before.treatments().end());
  const std::set<std::string> is(after.treatments().begin(),
                                 after.treatments().end());
  for (const std::string& treatment : is) {
    if (was.count(treatment) > 0) continue;
    Add(Event::TREATMENT_ADDED, events).set_treatment(treatment);
  }
  for (const std::string& treatment : was) {
    if (is.count(treatment) > 0) continue;
    Add(Event::TREATMENT_REMOVED, events).set_treatment(treatment);
  }
}

// `{ha, msc1}, {msc2, saline}`.
std::string ShownComponents(const v1::Estimate& estimate) {
  std::vector<std::string> parts;
  for (const auto& component : estimate.components()) {
    std::vector<std::string> treatments;
    for (const auto& value : component.values()) {
      treatments.push_back(value.string_value());
    }
    parts.push_back(absl::StrCat("{", absl::StrJoin(treatments, ", "), "}"));
  }
  return absl::StrJoin(parts, ", ");
}

std::map<std::string, int> ComponentOfTreatment(const v1::Estimate& estimate) {
  const std::vector<int> numbers = ComponentNumbers(estimate);
  std::map<std::string, int> component;
  for (int t = 0; t < estimate.treatments_size(); ++t) {
    component[estimate.treatments(t)] = numbers[t];
  }
  return component;
}

// Whether a component of `whole` holds treatments that `parts` has in different
// ones.
bool Splits(const std::map<std::string, int>& whole,
            const std::map<std::string, int>& parts) {
  std::map<int, int> part_of_whole;
  for (const auto& [treatment, component] : whole) {
    const auto part = parts.find(treatment);
    if (part == parts.end()) continue;
    const auto [at, is_new] = part_of_whole.emplace(component, part->second);
    if (!is_new && at->second != part->second) return true;
  }
  return false;
}

void AddConnection(Event::Kind kind, const v1::Estimate& before,
                   const v1::Estimate& after, Events* events) {
  Event& event = Add(kind, events);
  event.mutable_before()->set_text(ShownComponents(before));
  event.mutable_after()->set_text(ShownComponents(after));
}

void AddConnections(const v1::Estimate& before, const v1::Estimate& after,
                    Events* events) {
  const auto was = ComponentOfTreatment(before);
  const auto is = ComponentOfTreatment(after);
  if (Splits(is, was)) AddConnection(Event::CONNECTED, before, after, events);
  if (Splits(was, is)) {
    AddConnection(Event::DISCONNECTED, before, after, events);
  }
}

void AddHeterogeneity(const v1::Estimate& before, const v1::Estimate& after,
                      Events* events) {
  const double move = std::abs(after.i2() - before.i2());
  const double jump = RuleOf(Event::HETEROGENEITY_JUMPED).parameter;
  if (!(move >= jump)) return;
  Event& event = Add(Event::HETEROGENEITY_JUMPED, events);
  event.mutable_before()->set_value(before.i2());
  event.mutable_after()->set_value(after.i2());
  event.set_distance(move - jump);
}

void AddCoherence(const v1::Estimate& before, const v1::Estimate& after,
                  Events* events) {
  const bool was = IsIncoherent(before);
  const bool is = IsIncoherent(after);
  if (was == is) return;
  Event& event = Add(
      is ? Event::INCOHERENCE_APPEARED : Event::INCOHERENCE_RESOLVED, events);
  if (before.has_p_between_random()) {
    event.mutable_before()->set_value(before.p_between_random());
  }
  if (after.has_p_between_random()) {
    event.mutable_after()->set_value(after.p_between_random());
    event.set_distance(std::abs(after.p_between_random() - kIncoherent));
  }
}

void AddRanks(const v1::Estimate& before, const v1::Estimate& after,
              Events* events) {
  const std::vector<std::string> leaders_before = Leaders(before);
  const std::vector<std::string> leaders = Leaders(after);
  if (leaders_before.empty() || leaders.empty()) return;
  const std::vector<std::string> best_before = BestRanked(before);
  const std::vector<std::string> best = BestRanked(after);
  if (leaders_before == leaders && best_before == best) return;
  Event& event = Add(Event::RANK_CHANGED, events);
  if (leaders.size() == 1) event.set_treatment(leaders.front());
  event.mutable_before()->mutable_treatments()->Add(best_before.begin(),
                                                    best_before.end());
  event.mutable_after()->mutable_treatments()->Add(best.begin(), best.end());
}

}  // namespace

std::vector<v1::ConclusionEvent> DeclaredEvents(const DeclaredEstimate& before,
                                                const DeclaredEstimate& after) {
  Events events;
  if (before.analysis == after.analysis && before.protocol == after.protocol) {
    return events;
  }
  AddDeclared(Event::MODEL_CHANGED,
              ModelChange(*before.analysis, *before.protocol, *after.analysis,
                          *after.protocol),
              &events);
  AddDeclared(Event::THRESHOLD_CHANGED,
              ThresholdChange(*before.analysis, *before.protocol,
                              *after.analysis, *after.protocol),
              &events);
  AddDeclared(Event::NODE_MAP_CHANGED,
              NodeMapChange(*before.analysis, *before.protocol, *after.analysis,
                            *after.protocol),
              &events);
  return events;
}

std::vector<v1::ConclusionEvent> NetworkEvents(const DeclaredEstimate* before,
                                               const DeclaredEstimate& after) {
  const v1::Estimate nothing;
  const v1::Estimate& was = before == nullptr ? nothing : before->estimate;
  const v1::Estimate& is = after.estimate;
  Events events;
  if (before != nullptr) events = DeclaredEvents(*before, after);
  AddTreatments(was, is, &events);
  AddConnections(was, is, &events);
  if (IsEstimable(was) && IsEstimable(is)) AddHeterogeneity(was, is, &events);
  if (IsEstimable(is)) AddCoherence(was, is, &events);
  AddRanks(was, is, &events);
  return events;
}

}  // namespace tidemark::review
