#include "nma/arm_estimates.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tidemark::nma {
namespace {

ArmEstimates OfSize(size_t arms) {
  const auto size = static_cast<Eigen::Index>(arms);
  return {Eigen::VectorXd(size), Eigen::VectorXd(size)};
}

bool HasOnlyEvents(const BinaryArm& arm) { return arm.events == arm.total; }

}  // namespace

StudyEffects DifferencesToBase(const ArmEstimates& arms) {
  const Eigen::Index m = arms.value.size() - 1;
  StudyEffects effects;
  effects.effects = arms.value.tail(m).array() - arms.value[0];
  effects.covariance =
      arms.shared * effects.effects * effects.effects.transpose();
  effects.covariance.array() += arms.variance[0];
  effects.covariance.diagonal() += arms.variance.tail(m);
  return effects;
}

ArmEstimates LogOdds(const std::vector<BinaryArm>& arms, double increment) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    const double events = arms[i].events + increment;
    const double others = arms[i].total - arms[i].events + increment;
    estimates.value[i] = std::log(events / others);
    estimates.variance[i] = 1 / events + 1 / others;
  }
  return estimates;
}

ArmEstimates LogRisk(const std::vector<BinaryArm>& arms, double increment) {
  const auto only_events =
      std::count_if(arms.begin(), arms.end(), HasOnlyEvents);
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    const double events = arms[i].events + increment;
    const double total = arms[i].total + increment;
    const bool uncorrected = only_events >= 2 && HasOnlyEvents(arms[i]);
    estimates.value[i] = std::log(events / total);
    estimates.variance[i] =
        1 / (uncorrected ? arms[i].events : events) - 1 / total;
  }
  return estimates;
}

ArmEstimates Risk(const std::vector<BinaryArm>& arms, double increment) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    const double events = arms[i].events + increment;
    const double others = arms[i].total - arms[i].events + increment;
    estimates.value[i] = arms[i].events / arms[i].total;
    estimates.variance[i] = events * others / std::pow(events + others, 3);
  }
  return estimates;
}

ArmEstimates LogRate(const std::vector<RateArm>& arms, double increment) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    const double events = arms[i].events + increment;
    estimates.value[i] = std::log(events / arms[i].exposure);
    estimates.variance[i] = 1 / events;
  }
  return estimates;
}

ArmEstimates ArcsineRisk(const std::vector<BinaryArm>& arms) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    estimates.value[i] = std::asin(std::sqrt(arms[i].events / arms[i].total));
    estimates.variance[i] = 1 / (4 * arms[i].total);
  }
  return estimates;
}

ArmEstimates Rate(const std::vector<RateArm>& arms, double increment) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    const double exposure = arms[i].exposure;
    estimates.value[i] = arms[i].events / exposure;
    estimates.variance[i] = (arms[i].events + increment) / exposure / exposure;
  }
  return estimates;
}

ArmEstimates SquareRootRate(const std::vector<RateArm>& arms) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    estimates.value[i] = std::sqrt(arms[i].events / arms[i].exposure);
    estimates.variance[i] = 1 / (4 * arms[i].exposure);
  }
  return estimates;
}

ArmEstimates Mean(const std::vector<ContinuousArm>& arms) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    estimates.value[i] = arms[i].mean;
    estimates.variance[i] = arms[i].sd * arms[i].sd / arms[i].n;
  }
  return estimates;
}

ArmEstimates LogMean(const std::vector<ContinuousArm>& arms) {
  ArmEstimates estimates = OfSize(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) {
    const double relative_sd = arms[i].sd / arms[i].mean;
    estimates.value[i] = std::log(arms[i].mean);
    estimates.variance[i] = relative_sd * relative_sd / arms[i].n;
  }
  return estimates;
}

}  // namespace tidemark::nma
