#include "nma/network.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace tidemark::nma {
namespace {

std::vector<const StudyEffects*> SortedById(
    absl::Span<const StudyEffects> studies) {
  std::vector<const StudyEffects*> sorted;
  sorted.reserve(studies.size());
  for (const StudyEffects& study : studies) sorted.push_back(&study);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const StudyEffects* a, const StudyEffects* b) {
                     return a->study < b->study;
                   });
  return sorted;
}

// Index of each treatment in the order of their names.
using Indices = absl::flat_hash_map<absl::string_view, int>;

Indices SortTreatments(absl::Span<const StudyEffects> studies,
                       std::vector<std::string>* treatments) {
  Indices indices;
  for (const StudyEffects& study : studies) {
    for (const std::string& treatment : study.treatments) {
      if (indices.emplace(treatment, 0).second) {
        treatments->push_back(treatment);
      }
    }
  }
  std::sort(treatments->begin(), treatments->end());
  int index = 0;
  for (const std::string& treatment : *treatments) {
    indices[treatment] = index++;
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
  const Indices indices = SortTreatments(studies, &network.treatments);
  const size_t size = network.treatments.size();

  DisjointSets sets(size);
  std::vector<std::pair<const StudyEffects*, std::vector<int>>> placed;
  placed.reserve(studies.size());
  for (const StudyEffects* study : SortedById(studies)) {
    std::vector<int> nodes;
    nodes.reserve(study->treatments.size());
    for (const std::string& treatment : study->treatments) {
      nodes.push_back(indices.at(treatment));
      sets.Join(nodes[0], nodes.back());
    }
    placed.emplace_back(study, std::move(nodes));
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

  for (auto& [study, nodes] : placed) {
    Component& part = network.components[component[nodes[0]]];
    part.studies.push_back(static_cast<int>(study - studies.data()));
    for (int& t : nodes) t = node[t];
    part.network.blocks.push_back(
        {std::move(nodes), study->effects, study->covariance});
  }
  return network;
}

}  // namespace tidemark::nma
