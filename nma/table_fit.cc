#include "nma/table_fit.h"

#include <utility>

#include "Eigen/Core"
#include "base/status_macros.h"
#include "nma/elimination.h"

namespace tidemark::nma {
namespace {

// The sum of squares is only needed where q could be noise of it.
bool IsNoise(double q, double tau2, const StudyTable& table) {
  const double largest_square = table.largest_effect() * table.largest_effect();
  const double bound =
      largest_square * table.contrasts() / (table.smallest_variance() + tau2);
  return IsRoundingNoise(q, bound, table.nodes()) &&
         IsRoundingNoise(q, table.SumOfSquaresAt(tau2), table.nodes());
}

}  // namespace

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
  if (IsNoise(fit.q, tau2, table)) fit.q = 0;
  return fit;
}

absl::StatusOr<HeterogeneityMoments> MomentsAt(const StudyTable& table,
                                               double tau2) {
  if (!table.IsWellScaled(tau2)) return MomentsAt(table.network(), tau2);
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(table, tau2));
  const Traces traces = table.TracesAt(tau2, fit.elimination.PairVariances());
  const HeterogeneityMoments moments{fit.q, traces.trace, fit.quadratic,
                                     traces.weight_trace};
  if (KeepsItsDigits(moments)) return moments;
  return MomentsAt(table.network(), tau2);
}

}  // namespace tidemark::nma
