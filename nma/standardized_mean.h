// Standardized mean differences: means over the pooled SD of all arms.
#ifndef TIDEMARK_NMA_STANDARDIZED_MEAN_H_
#define TIDEMARK_NMA_STANDARDIZED_MEAN_H_

#include <vector>

#include "nma/arm_estimates.h"
#include "nma/study.h"

namespace tidemark::nma {

// N - k: people less arms. The pooled standard deviation rests on these.
double DegreesOfFreedom(const std::vector<ContinuousArm>& arms);

// Cohen's d: mean / S with S^2 = sum (n_i - 1) sd_i^2 / (N - k), and
//   Cov(d_ib, d_jb) = [i == j] / n_i + 1/n_b + d_ib d_jb / (2N)
// (Gleser & Olkin 1994; Crippa & Orsini 2016, eq. 5).
// Requires DegreesOfFreedom(arms) > 0.
ArmEstimates CohensD(const std::vector<ContinuousArm>& arms);

// Hedges' g = J(m) d with m = N - k, and
//   Cov(g_ib, g_jb) = [i == j] / n_i + 1/n_b + K(m) g_ib g_jb,
//   K(m) = 1 - (m - 2) / (m J(m)^2).
// It is the unbiased estimator of the covariance: the diagonal is the one of
// Hedges (1983) for two arms; the other elements follow in the same way from
// E(1/S) = 1/(J sigma) and E(1/S^2) = m / ((m - 2) sigma^2).
// Requires DegreesOfFreedom(arms) >= 2.
ArmEstimates HedgesG(const std::vector<ContinuousArm>& arms);

// J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m - 1)/2)), the factor that makes g
// unbiased (Hedges 1981, eq. 6e). Requires m > 1.
double HedgesCorrection(double degrees_of_freedom);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STANDARDIZED_MEAN_H_
