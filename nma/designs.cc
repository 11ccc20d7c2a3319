#include "nma/designs.h"

#include <cstddef>

#include "Eigen/Cholesky"
#include "nma/study_block.h"

namespace tidemark::nma {
namespace {

using Studies = absl::Span<const StudyEffects* const>;

// Two arms, by far the most common, are numbers and need no matrices.
bool HasTwoArms(Studies studies) { return studies[0]->effects.size() == 1; }

double Effect(const StudyEffects& study) { return study.effects[0]; }

double Weight(const StudyEffects& study, double tau2) {
  return 1 / (study.covariance(0, 0) + tau2);
}

void PoolTwoArms(Studies studies, double tau2, PooledDesign* pooled) {
  double sum = 0;
  double weighted = 0;
  for (const StudyEffects* study : studies) {
    const double weight = Weight(*study, tau2);
    sum += weight;
    weighted += weight * Effect(*study);
  }
  const double mean = weighted / sum;
  for (const StudyEffects* study : studies) {
    const double residual = Effect(*study) - mean;
    pooled->q_within += residual * Weight(*study, tau2) * residual;
  }
  pooled->effects.setConstant(1, mean);
  pooled->weight.setConstant(1, 1, sum);
}

double TraceWithinTwoArms(Studies studies) {
  double sum = 0;
  for (const StudyEffects* study : studies) sum += Weight(*study, /*tau2=*/0);
  double before = 0;  // the weight of the studies before
  double trace = 0;
  for (const StudyEffects* study : studies) {
    const double weight = Weight(*study, /*tau2=*/0);
    trace += weight * (before / sum);
    before += weight;
  }
  return 2 * trace;
}

std::vector<Eigen::MatrixXd> WeightsAt(Studies studies, double tau2) {
  std::vector<Eigen::MatrixXd> weights;
  weights.reserve(studies.size());
  for (const StudyEffects* study : studies) {
    const StudyBlock block{/*nodes=*/{}, study->effects, study->covariance};
    weights.push_back(WeightAt(block, tau2).weight);
  }
  return weights;
}

Eigen::MatrixXd Sum(const std::vector<Eigen::MatrixXd>& matrices) {
  Eigen::MatrixXd sum = matrices[0];
  for (size_t i = 1; i < matrices.size(); ++i) sum += matrices[i];
  return sum;
}

void PoolMultiArm(Studies studies, double tau2, PooledDesign* pooled) {
  const std::vector<Eigen::MatrixXd> weights = WeightsAt(studies, tau2);
  pooled->weight = Sum(weights);
  Eigen::VectorXd weighted = weights[0] * studies[0]->effects;
  for (size_t s = 1; s < weights.size(); ++s) {
    weighted += weights[s] * studies[s]->effects;
  }
  pooled->effects = Eigen::LLT<Eigen::MatrixXd>(pooled->weight).solve(weighted);
  for (size_t s = 0; s < weights.size(); ++s) {
    const Eigen::VectorXd residual = studies[s]->effects - pooled->effects;
    pooled->q_within += residual.dot(weights[s] * residual);
  }
}

double TraceWithinMultiArm(Studies studies) {
  const std::vector<Eigen::MatrixXd> weights = WeightsAt(studies, /*tau2=*/0);
  const Eigen::LLT<Eigen::MatrixXd> sum(Sum(weights));
  Eigen::MatrixXd before = weights[0];  // the weight of the studies before
  double trace = 0;
  for (size_t s = 1; s < weights.size(); ++s) {
    trace += TraceTimesStructure(weights[s] * sum.solve(before));
    before += weights[s];
  }
  return 2 * trace;  // (s, t) and (t, s) are each other's transpose
}

}  // namespace

void PoolDesign(Studies studies, double tau2, PooledDesign* pooled) {
  pooled->q_within = 0;
  pooled->df_within = static_cast<int>(studies.size() - 1) *
                      static_cast<int>(studies[0]->effects.size());
  if (studies.size() == 1) {  // exact: no effect is weighted
    pooled->effects = studies[0]->effects;
    if (HasTwoArms(studies)) {
      pooled->weight.setConstant(1, 1, Weight(*studies[0], tau2));
    } else {
      pooled->weight = WeightsAt(studies, tau2)[0];
    }
  } else if (HasTwoArms(studies)) {
    PoolTwoArms(studies, tau2, pooled);
  } else {
    PoolMultiArm(studies, tau2, pooled);
  }
}

double TraceWithin(Studies studies) {
  if (studies.size() == 1) return 0;
  return HasTwoArms(studies) ? TraceWithinTwoArms(studies)
                             : TraceWithinMultiArm(studies);
}

double WithinDesignTau2(double q, int df, double trace) {
  return q > df ? (q - df) / trace : 0;
}

}  // namespace tidemark::nma
