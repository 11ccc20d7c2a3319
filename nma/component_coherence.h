// Q of the designs of one component, within and between them.
#ifndef TIDEMARK_NMA_COMPONENT_COHERENCE_H_
#define TIDEMARK_NMA_COMPONENT_COHERENCE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "nma/design_network.h"
#include "nma/designs.h"
#include "nma/q_decomposition.h"

namespace tidemark::nma {

// A component of the network on its own.
struct ComponentCoherence {
  QDecomposition common;   // weights at tau^2 = 0
  QDecomposition random;   // weights at tau2_within
  double tau2_within = 0;  // WithinDesignTau2: free of incoherence
};

// InvalidArgument: a Q or tau2_within is not finite. FailedPrecondition as in
// Elimination. O(designs k^2 + nodes^3), and if tau2_within > 0, O(sum k^3)
// over all studies more.
absl::StatusOr<ComponentCoherence> DecomposeComponent(
    const DesignComponent& component);

// What one design has to do with Q, under one model.
struct DesignQ {
  QTest within;        // of the design's studies
  double between = 0;  // its term in Q between; these add up to it
  // Q between of the component's other designs: the design is detached, that
  // is, its studies get effects of their own. If the others fall apart, each
  // part is fitted on its own. With no degrees of freedom left there is no p.
  QTest between_detached;
};

// For each design of the component, at one tau^2. Errors as above.
// O(designs (designs + nodes^3) + sum k^3).
absl::StatusOr<std::vector<DesignQ>> QByDesign(const DesignComponent& component,
                                               double tau2);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_COMPONENT_COHERENCE_H_
