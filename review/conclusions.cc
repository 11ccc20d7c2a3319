#include "review/conclusions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "review/compare_estimates.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

using Class = v1::ConclusionClass;

// For each component the index of the treatment that leads it; -1: it has no
// other treatment.
std::vector<int> LeaderOfComponents(const v1::Estimate& estimate) {
  const std::vector<int> component = ComponentNumbers(estimate);
  std::vector<int> leaders(estimate.components_size(), -1);
  for (int t = 0; t < estimate.p_scores_size(); ++t) {
    const int c = component[t];
    if (c < 0 || estimate.components(c).values_size() < 2) continue;
    // Rounding must not choose between equals.
    if (leaders[c] < 0 ||
        estimate.p_scores(t).random() >
            estimate.p_scores(leaders[c]).random() + kSameEstimate) {
      leaders[c] = t;
    }
  }
  return leaders;
}

}  // namespace

v1::ConclusionClass::Code ClassOfInterval(double lower, double upper,
                                          bool small_values_desirable,
                                          std::optional<double> threshold) {
  // From here on, larger is better for `first`.
  const double least = small_values_desirable ? -upper : lower;
  const double most = small_values_desirable ? -lower : upper;
  if (threshold.has_value()) {
    if (least > *threshold) return Class::IMPORTANT_BENEFIT;
    if (most < -*threshold) return Class::IMPORTANT_HARM;
    if (least > -*threshold && most < *threshold) {
      return Class::NO_IMPORTANT_DIFFERENCE;
    }
  }
  if (least > 0) return Class::BENEFIT;
  if (most < 0) return Class::HARM;
  return Class::INCONCLUSIVE;
}

v1::ConclusionClass::Code ClassOf(const v1::RelativeEffect* effect,
                                  bool small_values_desirable,
                                  std::optional<double> threshold) {
  if (effect == nullptr) return Class::NOT_ESTIMABLE;
  if (!effect->has_lower()) return Class::INCONCLUSIVE;
  return ClassOfInterval(effect->lower(), effect->upper(),
                         small_values_desirable, threshold);
}

v1::ConclusionClass::Code Reversed(v1::ConclusionClass::Code code) {
  switch (code) {
    case Class::IMPORTANT_BENEFIT:
      return Class::IMPORTANT_HARM;
    case Class::IMPORTANT_HARM:
      return Class::IMPORTANT_BENEFIT;
    case Class::BENEFIT:
      return Class::HARM;
    case Class::HARM:
      return Class::BENEFIT;
    default:
      return code;
  }
}

v1::ComparisonConclusion Reversed(v1::ComparisonConclusion conclusion) {
  conclusion.mutable_first()->swap(*conclusion.mutable_second());
  conclusion.set_class_(Reversed(conclusion.class_()));
  for (int& code : *conclusion.mutable_by_threshold()) {
    code = Reversed(static_cast<v1::ConclusionClass::Code>(code));
  }
  return conclusion;
}

bool ExcludesNoDifference(const v1::RelativeEffect& effect) {
  return effect.has_lower() && (effect.lower() > 0 || effect.upper() < 0);
}

std::vector<std::string> Leaders(const v1::Estimate& estimate) {
  std::vector<std::string> leaders;
  for (const int leader : LeaderOfComponents(estimate)) {
    if (leader >= 0) leaders.push_back(estimate.p_scores(leader).treatment());
  }
  return leaders;
}

std::vector<std::string> BestRanked(const v1::Estimate& estimate) {
  const std::vector<std::string> leaders = Leaders(estimate);
  std::vector<std::string> best = leaders;
  for (const v1::RelativeEffect& effect :
       estimate.random().relative_effects()) {
    if (ExcludesNoDifference(effect)) continue;
    for (const std::string& leader : leaders) {
      if (effect.first() == leader) best.push_back(effect.second());
      if (effect.second() == leader) best.push_back(effect.first());
    }
  }
  std::sort(best.begin(), best.end());
  return best;
}

bool IsHeterogeneous(const v1::Estimate& estimate) {
  return estimate.i2() >= kHeterogeneous;
}

bool IsIncoherent(const v1::Estimate& estimate) {
  return estimate.has_p_between_random() &&
         estimate.p_between_random() < kIncoherent;
}

v1::Conclusions Conclude(const v1::Estimate& estimate,
                         absl::Span<const v1::Threshold> thresholds) {
  v1::Conclusions conclusions;
  for (const v1::Threshold& threshold : thresholds) {
    *conclusions.add_thresholds() = threshold;
  }
  const bool small = estimate.small_values_desirable();
  const auto& effects = estimate.random().relative_effects();
  auto effect = effects.begin();
  for (int i = 0; i < estimate.treatments_size(); ++i) {
    for (int j = i + 1; j < estimate.treatments_size(); ++j) {
      v1::ComparisonConclusion* comparison = conclusions.add_comparisons();
      comparison->set_first(estimate.treatments(i));
      comparison->set_second(estimate.treatments(j));
      const v1::RelativeEffect* found = nullptr;
      if (effect != effects.end() && effect->first() == comparison->first() &&
          effect->second() == comparison->second()) {
        found = &*effect++;
      }
      comparison->set_class_(ClassOf(found, small, std::nullopt));
      for (const v1::Threshold& threshold : thresholds) {
        comparison->add_by_threshold(ClassOf(found, small, threshold.value()));
      }
    }
  }
  for (std::string& treatment : BestRanked(estimate)) {
    conclusions.add_best_ranked(std::move(treatment));
  }
  conclusions.set_heterogeneous(IsHeterogeneous(estimate));
  conclusions.set_incoherent(IsIncoherent(estimate));
  return conclusions;
}

}  // namespace tidemark::review
