#include "nma/live_coherence.h"

#include <utility>

#include "base/status_macros.h"
#include "nma/study_effects_check.h"

namespace tidemark::nma {
namespace {

std::vector<std::int64_t> Revisions(const DesignComponent& component) {
  std::vector<std::int64_t> revisions;
  revisions.reserve(component.designs.size());
  for (const Design* design : component.designs) {
    revisions.push_back(design->revision);
  }
  return revisions;
}

}  // namespace

absl::Status LiveCoherence::Put(const StudyEffects& study) {
  RETURN_IF_ERROR(CheckStudyEffects({&study, 1}));
  const auto [it, is_new] = studies_.try_emplace(study.study, study);
  if (!is_new) {
    network_.Remove(it->second);
    it->second = study;
  }
  network_.Add(it->second);
  return absl::OkStatus();
}

bool LiveCoherence::Remove(absl::string_view study_id) {
  const auto it = studies_.find(std::string(study_id));
  if (it == studies_.end()) return false;
  network_.Remove(it->second);
  studies_.erase(it);
  return true;
}

absl::StatusOr<Coherence> LiveCoherence::Decompose() {
  const auto before = std::exchange(components_, {});
  std::vector<ComponentCoherence> components;
  for (const DesignComponent& component : network_.Components()) {
    std::vector<std::int64_t> revisions = Revisions(component);
    const auto known = before.find(revisions);
    if (known != before.end()) {
      components.push_back(known->second);
    } else {
      ASSIGN_OR_RETURN(components.emplace_back(),
                       DecomposeComponent(component));
    }
    components_.emplace(std::move(revisions), components.back());
  }
  return SumOfComponents(std::move(components));
}

}  // namespace tidemark::nma
