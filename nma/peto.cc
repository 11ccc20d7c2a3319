#include "nma/peto.h"

#include <cstddef>

#include "Eigen/Core"

namespace tidemark::nma {

ArmEstimates PetoLogOdds(const std::vector<BinaryArm>& arms) {
  double events = 0;
  double total = 0;
  for (const BinaryArm& arm : arms) {
    events += arm.events;
    total += arm.total;
  }
  // c N: the variance of one person's outcome, corrected for the fixed margin.
  const double information = events / total * ((total - events) / (total - 1));
  const auto size = static_cast<Eigen::Index>(arms.size());
  ArmEstimates estimates{Eigen::VectorXd(size), Eigen::VectorXd(size)};
  for (size_t i = 0; i < arms.size(); ++i) {
    const double expected = arms[i].total * events / total;
    estimates.variance[i] = 1 / (information * arms[i].total);
    estimates.value[i] = (arms[i].events - expected) * estimates.variance[i];
  }
  return estimates;
}

}  // namespace tidemark::nma
