#include "nma/coherence.h"

#include <cstddef>
#include <utility>

#include "base/status_macros.h"
#include "nma/design_network.h"
#include "nma/least_squares.h"
#include "nma/network.h"
#include "nma/study_effects_check.h"

namespace tidemark::nma {
namespace {

// In the order of the studies' ids, so that each is put after those before it.
DesignNetwork GroupByDesign(absl::Span<const StudyEffects> studies) {
  DesignNetwork network;
  for (const StudyEffects* study : SortedById(studies)) network.Add(*study);
  return network;
}

DesignCoherence RowOf(const Design& design, int component,
                      const DesignQ& common, const DesignQ& random) {
  return {design.studies[0]->treatments, component,
          static_cast<int>(design.studies.size()), common, random};
}

}  // namespace

absl::StatusOr<Coherence> SumOfComponents(
    std::vector<ComponentCoherence> components) {
  Coherence coherence;
  for (const ComponentCoherence& component : components) {
    coherence.common = Sum(coherence.common, component.common);
    coherence.random = Sum(coherence.random, component.random);
  }
  coherence.components = std::move(components);
  RETURN_IF_ERROR(CheckFiniteQ(coherence.common.total.q));
  RETURN_IF_ERROR(CheckFiniteQ(coherence.random.total.q));
  return coherence;
}

absl::StatusOr<Coherence> DecomposeQ(absl::Span<const StudyEffects> studies) {
  RETURN_IF_ERROR(CheckStudyEffects(studies));
  DesignNetwork network = GroupByDesign(studies);
  std::vector<ComponentCoherence> components;
  for (const DesignComponent& component : network.Components()) {
    ASSIGN_OR_RETURN(components.emplace_back(), DecomposeComponent(component));
  }
  return SumOfComponents(std::move(components));
}

absl::StatusOr<std::vector<DesignCoherence>> DecomposeQByDesign(
    absl::Span<const StudyEffects> studies) {
  RETURN_IF_ERROR(CheckStudyEffects(studies));
  DesignNetwork network = GroupByDesign(studies);
  std::vector<DesignCoherence> rows;
  int index = 0;
  for (const DesignComponent& component : network.Components()) {
    ASSIGN_OR_RETURN(const ComponentCoherence coherence,
                     DecomposeComponent(component));
    ASSIGN_OR_RETURN(const std::vector<DesignQ> common,
                     QByDesign(component, /*tau2=*/0));
    ASSIGN_OR_RETURN(const std::vector<DesignQ> random,
                     QByDesign(component, coherence.tau2_within));
    for (size_t d = 0; d < common.size(); ++d) {
      rows.push_back(RowOf(*component.designs[d], index, common[d], random[d]));
    }
    ++index;
  }
  return rows;
}

}  // namespace tidemark::nma
