// One estimate per arm, whose differences are the study's relative effects.
#ifndef TIDEMARK_NMA_ARM_ESTIMATES_H_
#define TIDEMARK_NMA_ARM_ESTIMATES_H_

#include <vector>

#include "Eigen/Core"
#include "nma/effects.h"
#include "nma/study.h"

namespace tidemark::nma {

// Arms i and j differ by d_ij = value[i] - value[j], and
//   Cov(d_ib, d_jb) = [i == j] variance[i] + variance[b] + shared d_ib d_jb,
// where `shared` is the part of the variance that comes from a scale estimated
// from all arms together (0 but for standardized differences).
struct ArmEstimates {
  Eigen::VectorXd value;     // k, on the analysis scale
  Eigen::VectorXd variance;  // k
  double shared = 0;
};

// The k-1 differences to the first arm with their covariance; study and
// treatments are left empty. O(k^2).
StudyEffects DifferencesToBase(const ArmEstimates& arms);

// In all of them c is the increment of the study's cells, 0 for none; without
// it, a zero cell can give infinite or NaN values. Formulas: Higgins, Li &
// Deeks in the Cochrane Handbook 6.4, and `metabin`, `metainc` of the R package
// meta.

// log((a + c) / (n - a + c)), variance 1/(a + c) + 1/(n - a + c).
ArmEstimates LogOdds(const std::vector<BinaryArm>& arms, double increment);

// log((a + c) / (n + c)), variance 1/(a + c) - 1/(n + c). If two or more arms
// have only events, 1/a instead of 1/(a + c) in these arms: their difference
// would otherwise have no variance.
ArmEstimates LogRisk(const std::vector<BinaryArm>& arms, double increment);

// a/n, variance (a + c)(n - a + c) / (n + 2c)^3.
ArmEstimates Risk(const std::vector<BinaryArm>& arms, double increment);

// log((a + c) / exposure), variance 1/(a + c).
ArmEstimates LogRate(const std::vector<RateArm>& arms, double increment);

// asin sqrt(a/n) in radians, variance 1/(4n): defined for every a, so there is
// no increment (Ruecker, Schwarzer, Carpenter & Olkin 2009).
ArmEstimates ArcsineRisk(const std::vector<BinaryArm>& arms);

// a/exposure, variance (a + c)/exposure^2.
ArmEstimates Rate(const std::vector<RateArm>& arms, double increment);

// sqrt(a/exposure), variance 1/(4 exposure): defined for every a, so there is
// no increment.
ArmEstimates SquareRootRate(const std::vector<RateArm>& arms);

// The mean, variance sd^2 / n.
ArmEstimates Mean(const std::vector<ContinuousArm>& arms);

// log(mean), variance sd^2 / (n mean^2) by the delta method (Hedges, Gurevitch
// & Curtis 1999). Requires means greater than 0.
ArmEstimates LogMean(const std::vector<ContinuousArm>& arms);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_ARM_ESTIMATES_H_
