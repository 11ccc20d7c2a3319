#include "bench/simulated_network.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::bench {
namespace {

TEST(SimulatedNetworkTest, TheFewestStudiesConnectAllTreatments) {
  const auto fit = nma::FitNetwork(SimulatedNetwork({30, 29}), {});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(fit->treatments.size(), 30);
  EXPECT_EQ(fit->reference.size(), 1);  // of one component
}

TEST(SimulatedNetworkTest, HasTheHeterogeneityThatItSays) {
  const auto fit = nma::FitNetwork(SimulatedNetwork({20, 2000}), {});
  ASSERT_TRUE(fit.ok()) << fit.status();
  // Four standard errors: a total variance of about 0.16 from 1981 effects has
  // one of 0.16 sqrt(2 / 1981).
  EXPECT_NEAR(fit->heterogeneity[0].tau2, kSimulatedTau2, 0.02);
}

TEST(SimulatedNetworkTest, HasTheShareOfThreeArmStudies) {
  const auto studies = SimulatedNetwork({20, 2000, 0.25});
  const auto three_arms = std::count_if(studies.begin(), studies.end(),
                                        [](const nma::StudyEffects& study) {
                                          return study.treatments.size() == 3;
                                        });
  // Four standard errors of a binomial: sqrt(2000 * 0.25 * 0.75).
  EXPECT_NEAR(static_cast<double>(three_arms), 500, 78);
}

TEST(SimulatedNetworkTest, ASeedMakesOneNetwork) {
  const auto once = SimulatedNetwork({5, 50, 0.5}, 7);
  const auto again = SimulatedNetwork({5, 50, 0.5}, 7);
  const auto other = SimulatedNetwork({5, 50, 0.5}, 8);
  EXPECT_EQ(once[49].treatments, again[49].treatments);
  EXPECT_EQ(once[49].effects, again[49].effects);
  EXPECT_EQ(once[49].covariance, again[49].covariance);
  EXPECT_NE(once[0].effects[0], other[0].effects[0]);
}

TEST(TreatmentIndexTest, IsTheNumberInTheName) {
  const auto studies = SimulatedNetwork({10000, 9999});
  EXPECT_EQ(TreatmentIndex(studies[0].treatments[0]), 0);
  EXPECT_EQ(TreatmentIndex(studies[9998].treatments[1]), 9999);
}

}  // namespace
}  // namespace tidemark::bench
