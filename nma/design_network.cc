#include "nma/design_network.h"

#include <algorithm>
#include <cstddef>

#include "nma/partition.h"

namespace tidemark::nma {

void DesignNetwork::Add(const StudyEffects& study) {
  const auto [it, is_new] = designs_.try_emplace(study.treatments);
  Place& place = it->second;
  if (is_new) {
    for (const std::string& name : study.treatments) {
      Treatment& treatment = treatments_[name];
      ++treatment.designs;
      place.treatments.push_back(&treatment);
    }
  }
  std::vector<const StudyEffects*>& studies = place.design.studies;
  studies.insert(
      std::upper_bound(studies.begin(), studies.end(), &study,
                       [](const StudyEffects* a, const StudyEffects* b) {
                         return a->study < b->study;
                       }),
      &study);
  Changed(&place);
}

void DesignNetwork::Remove(const StudyEffects& study) {
  const auto it = designs_.find(study.treatments);
  std::vector<const StudyEffects*>& studies = it->second.design.studies;
  studies.erase(std::find(studies.begin(), studies.end(), &study));
  Changed(&it->second);
  if (!studies.empty()) return;
  designs_.erase(it);
  for (const std::string& name : study.treatments) {
    const auto treatment = treatments_.find(name);
    if (--treatment->second.designs == 0) treatments_.erase(treatment);
  }
}

void DesignNetwork::Changed(Place* place) {
  place->design.revision = ++revision_;
  place->pooled = false;
}

std::vector<DesignComponent> DesignNetwork::Components() {
  Number();
  std::vector<const std::vector<int>*> sets;
  sets.reserve(designs_.size());
  for (const auto& [names, place] : designs_) {
    sets.push_back(&place.design.nodes);
  }
  const Partition partition =
      Connect(static_cast<int>(treatments_.size()), sets);
  std::vector<DesignComponent> components(partition.nodes.size());
  for (size_t c = 0; c < components.size(); ++c) {
    components[c].nodes = partition.nodes[c];
  }
  for (auto& [names, place] : designs_) {
    Design& design = place.design;
    components[partition.part[design.nodes[0]]].designs.push_back(&design);
    for (int& node : design.nodes) node = partition.node[node];
    if (place.pooled) continue;
    PoolDesign(design.studies, /*tau2=*/0, &design.common);
    design.trace = TraceWithin(design.studies);
    place.pooled = true;
  }
  return components;
}

// In the whole network.
void DesignNetwork::Number() {
  int index = 0;
  for (auto& [name, treatment] : treatments_) treatment.index = index++;
  for (auto& [names, place] : designs_) {
    place.design.nodes.clear();
    for (const Treatment* treatment : place.treatments) {
      place.design.nodes.push_back(treatment->index);
    }
  }
}

}  // namespace tidemark::nma
