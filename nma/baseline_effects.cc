#include "nma/baseline_effects.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "nma/arm_estimates.h"

namespace tidemark::nma {
namespace {

struct Arm {
  std::string treatment;
  double value;
  double variance;
};

std::vector<Arm> SortedArms(const BaselineContrasts& data) {
  // The variance of one difference need not be split between its two arms.
  const double baseline_se =
      data.contrasts.size() == 1 ? 0 : data.baseline_se.value_or(0);
  const double shared = baseline_se * baseline_se;
  std::vector<Arm> arms = {{data.baseline, 0, shared}};
  for (const BaselineContrast& contrast : data.contrasts) {
    arms.push_back({contrast.treatment, contrast.effect,
                    contrast.se * contrast.se - shared});
  }
  std::sort(arms.begin(), arms.end(), [](const Arm& a, const Arm& b) {
    return a.treatment < b.treatment;
  });
  return arms;
}

}  // namespace

StudyEffects EffectsFromBaselineContrasts(absl::string_view study,
                                          const BaselineContrasts& data) {
  const std::vector<Arm> arms = SortedArms(data);
  const auto size = static_cast<Eigen::Index>(arms.size());
  ArmEstimates estimates{Eigen::VectorXd(size), Eigen::VectorXd(size)};
  std::vector<std::string> treatments;
  for (Eigen::Index i = 0; i < size; ++i) {
    estimates.value[i] = arms[i].value;
    estimates.variance[i] = arms[i].variance;
    treatments.push_back(arms[i].treatment);
  }
  StudyEffects effects = DifferencesToBase(estimates);
  effects.study = absl::StrCat(study);
  effects.treatments = std::move(treatments);
  return effects;
}

BaselineContrasts WithoutBaseline(const BaselineContrasts& data) {
  const double shared = *data.baseline_se * *data.baseline_se;
  const BaselineContrast& base = data.contrasts[0];
  const double base_variance = base.se * base.se - shared;
  BaselineContrasts rest{base.treatment, std::sqrt(base_variance), {}};
  for (size_t i = 1; i < data.contrasts.size(); ++i) {
    const BaselineContrast& arm = data.contrasts[i];
    rest.contrasts.push_back(
        {arm.treatment, arm.effect - base.effect,
         std::sqrt(arm.se * arm.se - shared + base_variance)});
  }
  return rest;
}

}  // namespace tidemark::nma
