// A network on which the optimizer of netmeta's REML does not converge. Results
// are those of the model written out with block matrices and 30 digits
// (mpmath), restricted maximum likelihood by a grid and the root of the slope.
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/heterogeneity.h"
#include "nma/network_fit.h"
#include "nma/study_effects.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

constexpr double kTolerance = 1e-12;

Heterogeneity Fit(Tau2Method method) {
  const auto effects = ComputeEffects(LoadBaker2009(), EffectOptions());
  EXPECT_OK(effects);
  EXPECT_EQ(effects->studies.size(), 38);  // one has only events
  FitOptions options;
  options.tau2_method = method;
  const auto fit = FitNetwork(effects->studies, options);
  EXPECT_OK(fit);
  EXPECT_EQ(fit->heterogeneity.size(), 1);
  return fit->heterogeneity[0];
}

TEST(Baker2009Test, EveryEstimatorConverges) {
  const auto tau2 = [](Tau2Method method) { return Fit(method).tau2; };
  EXPECT_NEAR(tau2(Tau2Method::kDerSimonianLaird), 0.01113662091440100,
              kTolerance);
  EXPECT_NEAR(tau2(Tau2Method::kPauleMandel), 0.01609465507002512, kTolerance);
  EXPECT_NEAR(tau2(Tau2Method::kRestrictedMaximumLikelihood),
              0.004412612753229201, kTolerance);
  EXPECT_EQ(tau2(Tau2Method::kMaximumLikelihood), 0);
}

TEST(Baker2009Test, SoDoIntervals) {
  const Heterogeneity heterogeneity =
      Fit(Tau2Method::kRestrictedMaximumLikelihood);
  EXPECT_EQ(heterogeneity.df, 46);
  EXPECT_NEAR(heterogeneity.q, 60.85961262133083, 1e-10);
  EXPECT_EQ(heterogeneity.q_profile->lower, 0);
  EXPECT_NEAR(heterogeneity.q_profile->upper, 0.07641303355645645, kTolerance);
  EXPECT_EQ(heterogeneity.profile_likelihood->lower, 0);
  EXPECT_NEAR(heterogeneity.profile_likelihood->upper, 0.02889685023249537,
              kTolerance);
}

}  // namespace
}  // namespace tidemark::nma
