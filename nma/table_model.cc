#include "nma/table_model.h"

#include "base/status_macros.h"
#include "nma/table_fit.h"

namespace tidemark::nma {

absl::StatusOr<Tau2Fit> TableModel::FitAt(double tau2) const {
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(table_, tau2));
  return Tau2Fit{fit.q, fit.quadratic, fit.log_determinant,
                 fit.elimination.LogDeterminant()};
}

absl::StatusOr<HeterogeneityMoments> TableModel::MomentsAt(LikelihoodKind kind,
                                                           double tau2) const {
  if (kind == LikelihoodKind::kRestricted || !table_.IsWellScaled(tau2)) {
    return nma::MomentsAt(table_, tau2);
  }
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(table_, tau2));
  HeterogeneityMoments moments;
  moments.q = fit.q;
  moments.quadratic = fit.quadratic;
  moments.weight_trace = table_.WeightTraceAt(tau2);
  return moments;
}

}  // namespace tidemark::nma
