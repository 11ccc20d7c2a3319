#include "nma/network.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/strings/string_view.h"

namespace tidemark::nma {
namespace {

std::vector<const StudyEffects*> SortedById(
    absl::Span<const StudyEffects> studies) {
  std::vector<const StudyEffects*> sorted;
  for (const StudyEffects& study : studies) sorted.push_back(&study);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const StudyEffects* a, const StudyEffects* b) {
                     return a->study < b->study;
                   });
  return sorted;
}

std::vector<std::string> SortedTreatments(
    absl::Span<const StudyEffects> studies) {
  std::vector<std::string> treatments;
  for (const StudyEffects& study : studies) {
    treatments.insert(treatments.end(), study.treatments.begin(),
                      study.treatments.end());
  }
  std::sort(treatments.begin(), treatments.end());
  treatments.erase(std::unique(treatments.begin(), treatments.end()),
                   treatments.end());
  return treatments;
}

std::vector<int> TreatmentIndices(const StudyEffects& study,
                                  const std::vector<std::string>& treatments) {
  std::vector<int> indices;
  for (const std::string& treatment : study.treatments) {
    const auto it =
        std::lower_bound(treatments.begin(), treatments.end(), treatment);
    indices.push_back(static_cast<int>(it - treatments.begin()));
  }
  return indices;
}

// Disjoint sets whose representative is their smallest member.
class DisjointSets {
 public:
  explicit DisjointSets(size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int Find(int member) {
    while (parent_[member] != member) {
      parent_[member] = parent_[parent_[member]];
      member = parent_[member];
    }
    return member;
  }
  void Join(int a, int b) {
    const std::pair<int, int> roots = std::minmax({Find(a), Find(b)});
    parent_[roots.second] = roots.first;
  }

 private:
  std::vector<int> parent_;
};

}  // namespace

Network BuildNetwork(absl::Span<const StudyEffects> studies) {
  Network network;
  network.treatments = SortedTreatments(studies);
  const size_t size = network.treatments.size();

  DisjointSets sets(size);
  std::vector<std::pair<const StudyEffects*, std::vector<int>>> placed;
  for (const StudyEffects* study : SortedById(studies)) {
    placed.emplace_back(study, TreatmentIndices(*study, network.treatments));
    for (const int t : placed.back().second) {
      sets.Join(placed.back().second[0], t);
    }
  }

  std::vector<int> component(size);
  std::vector<int> node(size);
  for (int t = 0; t < static_cast<int>(size); ++t) {
    const int first = sets.Find(t);
    if (first == t) {
      component[t] = static_cast<int>(network.components.size());
      network.components.emplace_back();
    }
    component[t] = component[first];
    Component& part = network.components[component[t]];
    node[t] = part.network.nodes++;
    part.treatments.push_back(t);
  }

  for (auto& [study, indices] : placed) {
    Component& part = network.components[component[indices[0]]];
    for (int& index : indices) index = node[index];
    part.network.blocks.push_back(
        {std::move(indices), study->effects, study->covariance});
  }
  return network;
}

}  // namespace tidemark::nma
