// Effects in subgroups of studies, and whether they differ.
#ifndef TIDEMARK_NMA_SUBGROUPS_H_
#define TIDEMARK_NMA_SUBGROUPS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/direct_evidence.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/q_decomposition.h"

namespace tidemark::nma {

// The studies of one value of a covariate.
struct Subgroup {
  std::string value;
  std::vector<StudyEffects> studies;  // at least one
};

// One comparison in the subgroups that can tell it.
struct Interaction {
  std::string first;  // first < second by bytes
  std::string second;
  std::vector<int> subgroups;         // at least two, increasing
  std::vector<PairEstimate> effects;  // of each, first minus second
  QTest test;                         // df = subgroups - 1
};

struct SubgroupAnalysis {
  std::vector<NetworkFit> fits;           // of each subgroup
  std::vector<Interaction> interactions;  // by first, then by second
  // Whether one set of effects fits all subgroups. Nothing is tested if df is
  // 0.
  QTest global;
};

// Each subgroup is a network of its own with its own tau^2, so that its numbers
// are those of its studies analysed alone and subgroups need not be equally
// heterogeneous (Borenstein et al. 2009, ch. 19; Cochrane Handbook 10.11.3).
// The tests take tau^2 as known, chi-square, with the variances of the
// random-effects model, whatever the method of intervals:
// * of a comparison, sum w_g (d_g - mean)^2 over the subgroups that tell it,
// w_g
//   = 1 / var_g and the mean weighted by them;
// * of all, with theta_g and C_g the estimates of subgroup g (each treatment
//   versus one of its component) and X_g their design in the whole network,
//     Q = sum (theta_g - X_g theta)' C_g^-1 (theta_g - X_g theta)
//   at the theta that makes it least; df = sum rank X_g - rank X. This is the
//   Wald test that all contrasts which several subgroups tell are equal; where
//   subgroups close a loop together that none has alone, it tests this too.
//
// The result does not depend on the order of studies; nor does Q on references.
// Requires subgroups with different values, in the order wanted. Errors of
// FitNetwork; CANCELLED if `cancelled`, which is asked before each fit, says
// so. A fit for each subgroup and one of O(T^3).
absl::StatusOr<SubgroupAnalysis> AnalyzeSubgroups(
    absl::Span<const Subgroup> subgroups, const FitOptions& options,
    absl::FunctionRef<bool()> cancelled);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_SUBGROUPS_H_
