#include "nma/table_fit.h"

#include <utility>

#include "Eigen/Core"
#include "base/status_macros.h"
#include "nma/elimination.h"

namespace tidemark::nma {
absl::StatusOr<LeastSquaresFit> FitLeastSquares(const StudyTable& table,
                                                double tau2) {
  if (!table.IsWellScaled(tau2)) {
    return FitLeastSquares(table.network(), tau2);
  }
  NormalEquations equations = table.EquationsAt(tau2);
  ASSIGN_OR_RETURN(Elimination elimination,
                   Elimination::Of(std::move(equations.weight)));
  const Eigen::VectorXd shift =
      elimination.EffectsOfNodes(std::move(equations.flow));
  const ResidualSums sums = table.ResidualSumsAt(tau2, shift);
  LeastSquaresFit fit{table.centre() + shift, std::move(elimination), sums.q,
                      sums.quadratic, equations.log_determinant};
  if (IsRoundingNoise(table, tau2, fit.q)) fit.q = fit.quadratic = 0;
  return fit;
}

absl::StatusOr<HeterogeneityMoments> MomentsAt(const StudyTable& table,
                                               double tau2) {
  if (!table.IsWellScaled(tau2)) return MomentsAt(table.network(), tau2);
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(table, tau2));
  return MomentsOf(table, tau2, fit, fit.elimination.PairVariances());
}

absl::StatusOr<HeterogeneityMoments> MomentsOf(
    const StudyTable& table, double tau2, const LeastSquaresFit& fit,
    const Eigen::MatrixXd& pair_variances) {
  if (!table.IsWellScaled(tau2)) return MomentsAt(table.network(), tau2);
  const Traces traces = table.TracesAt(tau2, pair_variances);
  const HeterogeneityMoments moments{fit.q, traces.trace, fit.quadratic,
                                     traces.weight_trace};
  if (KeepsItsDigits(moments)) return moments;
  return MomentsAt(table.network(), tau2);
}

bool IsRoundingNoise(const StudyTable& table, double tau2, double q) {
  // The sum of squares is at most this; it takes a pass to know it.
  const double bound = table.largest_effect() * table.largest_effect() *
                       table.contrasts() / (table.smallest_variance() + tau2);
  return IsRoundingNoise(q, bound, table.nodes()) &&
         IsRoundingNoise(q, table.SumOfSquaresAt(tau2), table.nodes());
}

}  // namespace tidemark::nma
