// The BCG vaccine trials (Colditz et al. 1994), as the documentation of the R
// package metafor analyses them: log risk ratios of tuberculosis. Tolerances
// are half a unit of the last printed digit.
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network_fit.h"
#include "nma/study.h"
#include "nma/study_effects.h"

namespace tidemark::nma {
namespace {

// Cases and non-cases with the vaccine and without.
constexpr double kTrials[][4] = {
    {4, 119, 11, 128},       {6, 300, 29, 274},        {3, 228, 11, 209},
    {62, 13536, 248, 12619}, {33, 5036, 47, 5761},     {180, 1361, 372, 1079},
    {8, 2537, 10, 619},      {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
    {17, 1699, 65, 1600},    {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
    {27, 16886, 29, 17825}};

std::vector<Study> Trials() {
  std::vector<Study> studies;
  for (const auto& [cases, others, control_cases, control_others] : kTrials) {
    const BinaryArm vaccine{"vaccine", cases, cases + others};
    const BinaryArm control{"control", control_cases,
                            control_cases + control_others};
    studies.push_back({std::to_string(studies.size() + 1),
                       std::vector<BinaryArm>{vaccine, control}});
  }
  return studies;
}

NetworkFit Fit(Tau2Method tau2_method,
               IntervalMethod interval_method = IntervalMethod::kNormal) {
  EffectOptions effect_options;
  effect_options.measure = EffectMeasure::kRiskRatio;
  const auto effects = ComputeEffects(Trials(), effect_options);
  EXPECT_OK(effects);
  FitOptions options;
  options.tau2_method = tau2_method;
  options.interval_method = interval_method;
  const auto fit = FitNetwork(effects->studies, options);
  EXPECT_OK(fit);
  return *fit;
}

double Tau2(Tau2Method method) { return Fit(method).heterogeneity[0].tau2; }

TEST(BcgTest, Tau2) {
  EXPECT_NEAR(Tau2(Tau2Method::kRestrictedMaximumLikelihood), 0.3132, 5e-5);
  EXPECT_NEAR(Tau2(Tau2Method::kDerSimonianLaird), 0.3088, 5e-5);
  EXPECT_NEAR(Tau2(Tau2Method::kMaximumLikelihood), 0.2800, 5e-5);
  EXPECT_NEAR(Tau2(Tau2Method::kPauleMandel), 0.3181, 5e-5);
}

TEST(BcgTest, QAndTheProfileOfQ) {
  const Heterogeneity heterogeneity =
      Fit(Tau2Method::kRestrictedMaximumLikelihood).heterogeneity[0];
  EXPECT_EQ(heterogeneity.df, 12);
  EXPECT_NEAR(heterogeneity.q, 152.2330, 5e-5);
  EXPECT_NEAR(heterogeneity.q_profile->lower, 0.1197, 5e-5);
  EXPECT_NEAR(heterogeneity.q_profile->upper, 1.1115, 5e-5);
}

TEST(BcgTest, NormalInterval) {
  const NetworkFit fit = Fit(Tau2Method::kRestrictedMaximumLikelihood);
  const auto effect = Relative(fit, fit.random, 1, 0);
  EXPECT_NEAR(effect->effect, -0.7145, 5e-5);
  EXPECT_NEAR(effect->se, 0.1798, 5e-5);
  EXPECT_NEAR(effect->test->statistic, -3.9744, 5e-5);
  EXPECT_NEAR(effect->confidence->lower, -1.0669, 5e-5);
  EXPECT_NEAR(effect->confidence->upper, -0.3622, 5e-5);
}

TEST(BcgTest, HartungKnappInterval) {
  const NetworkFit fit = Fit(Tau2Method::kRestrictedMaximumLikelihood,
                             IntervalMethod::kHartungKnapp);
  const auto effect = Relative(fit, fit.random, 1, 0);
  EXPECT_NEAR(effect->se, 0.1808, 5e-5);
  EXPECT_NEAR(effect->test->statistic, -3.9522, 5e-5);
  EXPECT_NEAR(effect->test->p, 0.0019, 5e-5);
  EXPECT_NEAR(effect->confidence->lower, -1.1084, 5e-5);
  EXPECT_NEAR(effect->confidence->upper, -0.3206, 5e-5);
}

}  // namespace
}  // namespace tidemark::nma
