#include "nma/component_fit.h"

#include <utility>

#include "base/status_macros.h"
#include "nma/least_squares.h"
#include "nma/table_fit.h"
#include "nma/table_model.h"

namespace tidemark::nma {

absl::StatusOr<NodeEstimates> EstimateNodes(const StudyTable& table,
                                            double tau2) {
  ASSIGN_OR_RETURN(LeastSquaresFit fit, FitLeastSquares(table, tau2));
  return NodeEstimates{std::move(fit.theta), fit.elimination.PairVariances()};
}

absl::StatusOr<CommonEffect> FitCommonEffect(StudyTable& table) {
  ASSIGN_OR_RETURN(LeastSquaresFit first, FitLeastSquares(table, /*tau2=*/0));
  table.Centre(std::move(first.theta));
  ASSIGN_OR_RETURN(LeastSquaresFit fit, FitLeastSquares(table, /*tau2=*/0));
  CommonEffect common;
  common.estimates.pair_variances = fit.elimination.PairVariances();
  ASSIGN_OR_RETURN(common.moments, MomentsOf(table, /*tau2=*/0, fit,
                                             common.estimates.pair_variances));
  common.estimates.effects = std::move(fit.theta);
  return common;
}

absl::StatusOr<ComponentFit> FitComponent(const StudyTable& table,
                                          CommonEffect common,
                                          const HeterogeneityOptions& options,
                                          const Heterogeneity& start) {
  ComponentFit fit;
  ASSIGN_OR_RETURN(
      fit.heterogeneity,
      EstimateHeterogeneity(TableModel(table), common.moments, options, start));
  fit.common = std::move(common.estimates);
  if (fit.heterogeneity.tau2 == 0) {
    fit.random = fit.common;
    return fit;
  }
  ASSIGN_OR_RETURN(fit.random, EstimateNodes(table, fit.heterogeneity.tau2));
  return fit;
}

}  // namespace tidemark::nma
