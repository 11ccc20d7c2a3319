// The fit of one connected network under both models.
#ifndef TIDEMARK_NMA_COMPONENT_FIT_H_
#define TIDEMARK_NMA_COMPONENT_FIT_H_

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "nma/heterogeneity.h"
#include "nma/heterogeneity_moments.h"
#include "nma/study_table.h"

namespace tidemark::nma {

// Effects of n nodes, up to a constant, and n x n variances of their
// differences (symmetric).
struct NodeEstimates {
  Eigen::VectorXd effects;
  Eigen::MatrixXd pair_variances;
};

// At one tau^2. FailedPrecondition as in Elimination. O(studies k^3 + n^3).
absl::StatusOr<NodeEstimates> EstimateNodes(const StudyTable& table,
                                            double tau2);

// The common-effect model, which everything else starts from.
struct CommonEffect {
  NodeEstimates estimates;
  HeterogeneityMoments moments;  // at tau^2 = 0
};

// From scratch; leaves the table centred at the estimates. FailedPrecondition
// as in Elimination. O(studies k^3 + n^3).
absl::StatusOr<CommonEffect> FitCommonEffect(StudyTable& table);

struct ComponentFit {
  Heterogeneity heterogeneity;
  NodeEstimates common;
  NodeEstimates random;
};

// Everything else. `start` as in EstimateHeterogeneity, with its errors.
// Requires the table to be centred near the common effect.
absl::StatusOr<ComponentFit> FitComponent(const StudyTable& table,
                                          CommonEffect common,
                                          const HeterogeneityOptions& options,
                                          const Heterogeneity& start = {});

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_COMPONENT_FIT_H_
