#include "nma/standardized_mean.h"

#include <cmath>
#include <cstddef>

#include "boost/math/special_functions/gamma.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {
namespace {

double TotalSize(const std::vector<ContinuousArm>& arms) {
  double total = 0;
  for (const ContinuousArm& arm : arms) total += arm.n;
  return total;
}

double PooledSd(const std::vector<ContinuousArm>& arms) {
  double sum = 0;
  for (const ContinuousArm& arm : arms) sum += (arm.n - 1) * arm.sd * arm.sd;
  return std::sqrt(sum / DegreesOfFreedom(arms));
}

ArmEstimates Standardized(const std::vector<ContinuousArm>& arms, double factor,
                          double shared) {
  const double scale = factor / PooledSd(arms);
  const auto size = static_cast<Eigen::Index>(arms.size());
  ArmEstimates estimates{Eigen::VectorXd(size), Eigen::VectorXd(size), shared};
  for (size_t i = 0; i < arms.size(); ++i) {
    estimates.value[i] = scale * arms[i].mean;
    estimates.variance[i] = 1 / arms[i].n;
  }
  return estimates;
}

}  // namespace

double DegreesOfFreedom(const std::vector<ContinuousArm>& arms) {
  return TotalSize(arms) - static_cast<double>(arms.size());
}

double HedgesCorrection(double degrees_of_freedom) {
  const double half = degrees_of_freedom / 2;
  // Gamma(half - 1/2) / Gamma(half), which a difference of two lgamma would
  // give with fewer digits.
  const double ratio =
      boost::math::tgamma_delta_ratio(half - 0.5, 0.5, NoThrowPolicy());
  return 1 / (std::sqrt(half) * ratio);
}

ArmEstimates CohensD(const std::vector<ContinuousArm>& arms) {
  return Standardized(arms, 1, 1 / (2 * TotalSize(arms)));
}

ArmEstimates HedgesG(const std::vector<ContinuousArm>& arms) {
  const double m = DegreesOfFreedom(arms);
  const double correction = HedgesCorrection(m);
  return Standardized(arms, correction,
                      1 - (m - 2) / (m * correction * correction));
}

}  // namespace tidemark::nma
