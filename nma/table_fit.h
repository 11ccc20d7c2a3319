// Least squares over a study table: what estimators of tau^2 evaluate.
#ifndef TIDEMARK_NMA_TABLE_FIT_H_
#define TIDEMARK_NMA_TABLE_FIT_H_

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "nma/heterogeneity_moments.h"
#include "nma/least_squares.h"
#include "nma/study_table.h"

namespace tidemark::nma {

// As the functions of the same name on a ConnectedNetwork (least_squares.h,
// heterogeneity_moments.h), and equal to them to some 1e-12: by passes over
// contrasts where the table is well scaled and traces do not cancel, which take
// about a fifth of the time of one Cholesky inverse, and a half with the
// moments; from the blocks otherwise.
//
// FailedPrecondition as in Elimination. O(studies k^3 + nodes^3).
absl::StatusOr<LeastSquaresFit> FitLeastSquares(const StudyTable& table,
                                                double tau2);
absl::StatusOr<HeterogeneityMoments> MomentsAt(const StudyTable& table,
                                               double tau2);

// The same for a fit at this tau2 that is there already, with the variances of
// pairs that follow from it.
absl::StatusOr<HeterogeneityMoments> MomentsOf(
    const StudyTable& table, double tau2, const LeastSquaresFit& fit,
    const Eigen::MatrixXd& pair_variances);

// Whether a Q of the table is rounding noise (least_squares.h). O(1), or
// O(studies) where it may be.
bool IsRoundingNoise(const StudyTable& table, double tau2, double q);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TABLE_FIT_H_
