// Coherence of a network: how much of Q lies within designs, where studies of
// the same treatments differ, and how much between them, where direct and
// indirect evidence differ.
#ifndef TIDEMARK_NMA_COHERENCE_H_
#define TIDEMARK_NMA_COHERENCE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"

namespace tidemark::nma {

struct QTest {
  double q = 0;  // >= 0; 0 if df is 0
  int df = 0;
  std::optional<double> p;  // P(chi-square >= q); none if df is 0
};

// Q under one model; total = within + between (Higgins et al. 2012; Krahn,
// Binder & Koenig 2013). With beta_d and V_d of designs.h, theta the network
// estimates and X_d the design of design d:
struct QDecomposition {
  QTest total;
  QTest within;   // sum of Q within each design; df sum (S_d - 1)(k_d - 1)
  QTest between;  // sum (beta_d - X_d theta)' V_d^-1 (beta_d - X_d theta);
                  // df sum (k_d - 1) - (T - 1)
};

// A component of the network on its own.
struct ComponentCoherence {
  QDecomposition common;   // weights at tau^2 = 0
  QDecomposition random;   // weights at tau2_within
  double tau2_within = 0;  // WithinDesignTau2: free of incoherence
};

struct Coherence {
  std::vector<ComponentCoherence> components;  // numbered as in NetworkFit
  QDecomposition common;                       // sums over the components
  QDecomposition random;
};

// Q between is computed from its own residuals, not as a difference: it is
// never negative and keeps its digits. Its p is the test of the
// design-by-treatment interaction model. The result is the same, bit by bit,
// for every order of the studies.
//
// InvalidArgument: effects that break a rule of study_effects_check.h, or whose
// squares are not finite. FailedPrecondition as in Elimination.
// O(sum k^3 + T^3).
absl::StatusOr<Coherence> DecomposeQ(absl::Span<const StudyEffects> studies);

// What one design has to do with Q, under one model.
struct DesignQ {
  QTest within;        // of the design's studies
  double between = 0;  // its term in Q between; these add up to it
  // Q between of the component's other designs: the design is detached, that
  // is, its studies get effects of their own. If the others fall apart, each
  // part is fitted on its own. With no degrees of freedom left there is no p.
  QTest between_detached;
};

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
