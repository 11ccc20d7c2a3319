#include "nma/network.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "nma/partition.h"

namespace tidemark::nma {
namespace {

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

}  // namespace

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

Network BuildNetwork(absl::Span<const StudyEffects> studies) {
  Network network;
  const Indices indices = SortTreatments(studies, &network.treatments);
  const std::vector<const StudyEffects*> sorted = SortedById(studies);
  std::vector<std::vector<int>> nodes(sorted.size());
  std::vector<const std::vector<int>*> sets;
  sets.reserve(sorted.size());
  for (size_t s = 0; s < sorted.size(); ++s) {
    nodes[s].reserve(sorted[s]->treatments.size());
    for (const std::string& treatment : sorted[s]->treatments) {
      nodes[s].push_back(indices.at(treatment));
    }
    sets.push_back(&nodes[s]);
  }

  const int size = static_cast<int>(network.treatments.size());
  const Partition partition = Connect(size, sets);
  network.components.resize(partition.nodes.size());
  for (int t = 0; t < size; ++t) {
    Component& part = network.components[partition.part[t]];
    part.network.nodes = partition.nodes[partition.part[t]];
    part.treatments.push_back(t);
  }
  for (size_t s = 0; s < sorted.size(); ++s) {
    const StudyEffects& study = *sorted[s];
    Component& part = network.components[partition.part[nodes[s][0]]];
    part.studies.push_back(static_cast<int>(&study - studies.data()));
    for (int& t : nodes[s]) t = partition.node[t];
    part.network.blocks.push_back(
        {std::move(nodes[s]), study.effects, study.covariance});
  }
  return network;
}

}  // namespace tidemark::nma
