#include "nma/live_network.h"

#include <algorithm>
#include <cstddef>

#include "base/status_macros.h"
#include "nma/network.h"
#include "nma/study_effects_check.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

void AppendStudies(const LiveComponent& component,
                   std::vector<StudyEffects>* studies) {
  const std::vector<StudyBlock>& blocks = component.table().network().blocks;
  for (size_t s = 0; s < blocks.size(); ++s) {
    StudyEffects study{component.id(static_cast<int>(s)),
                       {},
                       blocks[s].effects,
                       blocks[s].covariance};
    for (const int node : blocks[s].nodes) {
      study.treatments.push_back(component.treatments()[node]);
    }
    studies->push_back(std::move(study));
  }
}

}  // namespace

absl::Status LiveNetwork::Put(const StudyEffects& study) {
  RETURN_IF_ERROR(CheckStudyEffects({&study, 1}));
  LiveComponent* home = HomeOf(study);
  const auto place = studies_.find(study.study);
  if (place != studies_.end()) {
    const auto [component, index] = place->second;
    const size_t arms = component->table().network().blocks[index].nodes.size();
    if (component == home && arms == study.treatments.size()) {
      MakeBlock(study);
      if (!home->Replace(index, block_)) Rebuild({home}, nullptr);
      return absl::OkStatus();
    }
    Remove(study.study);
    home = HomeOf(study);
  }
  if (home != nullptr) {
    MakeBlock(study);
    studies_[study.study] = {home, home->table().size()};
    home->Add(study.study, block_);
    return absl::OkStatus();
  }
  std::vector<LiveComponent*> joined;
  for (const std::string& treatment : study.treatments) {
    const auto node = nodes_.find(treatment);
    if (node == nodes_.end()) continue;
    LiveComponent* const component = node->second.component;
    if (std::find(joined.begin(), joined.end(), component) == joined.end()) {
      joined.push_back(component);
    }
  }
  Rebuild(joined, &study);
  return absl::OkStatus();
}

bool LiveNetwork::Remove(absl::string_view study_id) {
  const auto place = studies_.find(study_id);
  if (place == studies_.end()) return false;
  const auto [component, index] = place->second;
  studies_.erase(place);
  if (component->table().size() == 1) {
    Discard(component);
    SortTreatments();
    return true;
  }
  const bool connected = component->Remove(index);
  if (index < component->table().size()) {
    studies_[component->id(index)].study = index;
  }
  if (!connected) Rebuild({component}, nullptr);
  return true;
}

bool LiveNetwork::follows() const {
  return std::all_of(components_.begin(), components_.end(),
                     [](const auto& c) { return c->follows(); });
}

LiveComponent* LiveNetwork::HomeOf(const StudyEffects& study) const {
  LiveComponent* home = nullptr;
  for (const std::string& treatment : study.treatments) {
    const auto node = nodes_.find(treatment);
    if (node == nodes_.end()) return nullptr;
    if (home != nullptr && node->second.component != home) return nullptr;
    home = node->second.component;
  }
  return home;
}

void LiveNetwork::MakeBlock(const StudyEffects& study) {
  block_.nodes.clear();
  for (const std::string& treatment : study.treatments) {
    block_.nodes.push_back(nodes_.find(treatment)->second.node);
  }
  block_.effects = study.effects;
  block_.covariance = study.covariance;
}

void LiveNetwork::Rebuild(const std::vector<LiveComponent*>& components,
                          const StudyEffects* more) {
  std::vector<StudyEffects> studies;
  for (LiveComponent* component : components) {
    AppendStudies(*component, &studies);
    Discard(component);
  }
  if (more != nullptr) studies.push_back(*more);
  AddComponents(studies);
  SortTreatments();
}

void LiveNetwork::AddComponents(const std::vector<StudyEffects>& studies) {
  Network network = BuildNetwork(studies);
  for (Component& part : network.components) {
    std::vector<std::string> treatments;
    for (const int t : part.treatments) {
      treatments.push_back(network.treatments[t]);
    }
    std::vector<std::string> ids;
    for (const int s : part.studies) ids.push_back(studies[s].study);
    components_.push_back(std::make_unique<LiveComponent>(
        treatments, ids, std::move(part.network)));
    LiveComponent* const component = components_.back().get();
    for (size_t node = 0; node < treatments.size(); ++node) {
      nodes_[treatments[node]] = {component, static_cast<int>(node)};
    }
    for (size_t s = 0; s < ids.size(); ++s) {
      studies_[ids[s]] = {component, static_cast<int>(s)};
    }
  }
}

void LiveNetwork::Discard(LiveComponent* component) {
  for (const std::string& treatment : component->treatments()) {
    nodes_.erase(treatment);
  }
  components_.erase(
      std::find_if(components_.begin(), components_.end(),
                   [&](const auto& c) { return c.get() == component; }));
}

void LiveNetwork::SortTreatments() {
  std::sort(components_.begin(), components_.end(),
            [](const auto& a, const auto& b) {
              return a->treatments()[0] < b->treatments()[0];
            });
  treatments_.clear();
  for (const auto& component : components_) {
    treatments_.insert(treatments_.end(), component->treatments().begin(),
                       component->treatments().end());
  }
  std::sort(treatments_.begin(), treatments_.end());
}

absl::StatusOr<NetworkFit> LiveNetwork::Fit() {
  RETURN_IF_ERROR(CheckFitOptions(options_, treatments_));
  std::vector<FittedComponent> fitted;
  for (const auto& component : components_) {
    FittedComponent part;
    ASSIGN_OR_RETURN(part.fit, component->Fit(HeterogeneityOf(options_)));
    for (const std::string& treatment : component->treatments()) {
      part.treatments.push_back(TreatmentIndex(treatments_, treatment));
    }
    fitted.push_back(std::move(part));
  }
  return AssembleFit(treatments_, fitted, options_);
}

}  // namespace tidemark::nma
