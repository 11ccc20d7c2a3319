// Coherence of a network: how much of Q lies within designs, where studies of
// the same treatments differ, and how much between them, where direct and
// indirect evidence differ.
#ifndef TIDEMARK_NMA_COHERENCE_H_
#define TIDEMARK_NMA_COHERENCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/component_coherence.h"
#include "nma/effects.h"

namespace tidemark::nma {

struct Coherence {
  std::vector<ComponentCoherence> components;  // numbered as in NetworkFit
  QDecomposition common;                       // sums over the components
  QDecomposition random;
};

// Requires components of one network, in their order. InvalidArgument: a sum is
// not finite.
absl::StatusOr<Coherence> SumOfComponents(
    std::vector<ComponentCoherence> components);

// Q between is computed from its own residuals, not as a difference: it is
// never negative and keeps its digits. Its p is the test of the
// design-by-treatment interaction model. The result is the same, bit by bit,
// for every order of the studies.
//
// InvalidArgument: effects that break a rule of study_effects_check.h, or whose
// squares are not finite. FailedPrecondition as in Elimination.
// O(sum k^3 + T^3).
absl::StatusOr<Coherence> DecomposeQ(absl::Span<const StudyEffects> studies);

struct DesignCoherence {
  std::vector<std::string> treatments;  // k, sorted by bytes
  int component = 0;
  int studies = 0;
  DesignQ common;
  DesignQ random;  // at tau2_within of the component, also where detached
};

// One row for each design, ordered by component, then by treatments.
// Errors as in DecomposeQ. O(designs (sum k^3 + T^3)).
absl::StatusOr<std::vector<DesignCoherence>> DecomposeQByDesign(
    absl::Span<const StudyEffects> studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_COHERENCE_H_
