#include "nma/heterogeneity.h"

#include <cmath>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/least_squares.h"
#include "nma/network.h"
#include "nma/normal.h"
#include "nma/study_table.h"
#include "nma/table_fit.h"
#include "nma/table_model.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/meta_analysis.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

constexpr Tau2Method kAllMethods[] = {
    Tau2Method::kDerSimonianLaird, Tau2Method::kRestrictedMaximumLikelihood,
    Tau2Method::kMaximumLikelihood, Tau2Method::kPauleMandel};

Heterogeneity Estimate(const ConnectedNetwork& network, Tau2Method method,
                       double level = 0.95) {
  const StudyTable table(network);
  const auto common = MomentsAt(table, /*tau2=*/0);
  EXPECT_OK(common);
  const auto heterogeneity =
      EstimateHeterogeneity(TableModel(table), *common, {method, level});
  EXPECT_OK(heterogeneity);
  return *heterogeneity;
}

TEST(HeterogeneityOfQTest, LimitsAreTestBased) {
  // Q above K = 13: se = (log 30 - log 12) / (2 (sqrt 60 - sqrt 23)).
  const Heterogeneity large = HeterogeneityOfQ(30, 12, 0.9);
  const double z = TwoSidedQuantile(0.9);
  const double se = std::log(2.5) / 2 / (std::sqrt(60) - std::sqrt(23));
  EXPECT_NEAR(*large.h, std::sqrt(2.5), 1e-15);
  EXPECT_NEAR(large.i2, 0.6, 1e-15);
  EXPECT_NEAR(large.h_interval->lower, std::sqrt(2.5) * std::exp(-z * se),
              1e-14);
  EXPECT_NEAR(large.h_interval->upper, std::sqrt(2.5) * std::exp(z * se),
              1e-14);
  EXPECT_NEAR(large.i2_interval->upper, 1 - std::exp(-2 * z * se) / 2.5, 1e-14);
  // Q up to K: se = sqrt(1/22 (1 - 1/363)).
  const Heterogeneity small = HeterogeneityOfQ(6, 12, 0.9);
  EXPECT_EQ(*small.h, 1);
  EXPECT_EQ(small.i2, 0);
  EXPECT_EQ(small.h_interval->lower, 1);
  EXPECT_EQ(small.i2_interval->lower, 0);
  // As wide if Q is less than its expectation: H is cut off first.
  const double widest = std::exp(z * std::sqrt((1 - 1 / 363.0) / 22));
  EXPECT_NEAR(small.h_interval->upper, widest, 1e-14);
  EXPECT_NEAR(HeterogeneityOfQ(0, 12, 0.9).h_interval->upper, widest, 1e-14);
  const Heterogeneity middle = HeterogeneityOfQ(12, 12, 0.9);
  EXPECT_NEAR(middle.h_interval->upper,
              std::exp(z * std::sqrt((1 - 1 / 363.0) / 22)), 1e-14);
}

TEST(HeterogeneityOfQTest, LimitsAreAbsentWhereUndefined) {
  EXPECT_FALSE(HeterogeneityOfQ(0, 0, 0.95).h.has_value());
  EXPECT_FALSE(HeterogeneityOfQ(0, 0, 0.95).h_interval.has_value());
  EXPECT_FALSE(HeterogeneityOfQ(0, 1, 0.95).h_interval.has_value());
  EXPECT_EQ(*HeterogeneityOfQ(0, 5, 0.95).h, 1);
  EXPECT_EQ(*HeterogeneityOfQ(0, 5, 0.95).p_q, 1);
  EXPECT_FALSE(HeterogeneityOfQ(2, 1, 0.95).h_interval.has_value());
  EXPECT_FALSE(HeterogeneityOfQ(2, 1, 0.95).i2_interval.has_value());
  EXPECT_TRUE(HeterogeneityOfQ(2.1, 1, 0.95).i2_interval.has_value());
  const Heterogeneity huge = HeterogeneityOfQ(1e300, 3, 0.95);
  EXPECT_TRUE(std::isfinite(huge.h_interval->upper));
  EXPECT_LE(huge.i2_interval->upper, 1);
}

TEST(HeterogeneityTest, EqualVariancesHaveClosedForms) {
  // Sum of squares 26 about the mean of 4 effects.
  const ConnectedNetwork network =
      MetaAnalysis({{1, 0.5}, {2, 0.5}, {6, 0.5}, {-1, 0.5}});
  for (const Tau2Method method : kAllMethods) {
    const bool full = method == Tau2Method::kMaximumLikelihood;
    const Heterogeneity heterogeneity = Estimate(network, method);
    EXPECT_NEAR(heterogeneity.q, 52, 1e-13);
    EXPECT_NEAR(heterogeneity.tau2, 26.0 / (full ? 4 : 3) - 0.5, 1e-13);
    EXPECT_NEAR(*heterogeneity.residual_scale, full ? 4.0 / 3 : 1, 1e-13);
  }
}

TEST(HeterogeneityTest, OneStudyHasNone) {
  for (const Tau2Method method : kAllMethods) {
    const Heterogeneity one = Estimate(MetaAnalysis({{3, 0.5}}), method);
    EXPECT_EQ(one.df, 0);
    EXPECT_EQ(one.tau2, 0);
    EXPECT_FALSE(one.p_q.has_value());
    EXPECT_FALSE(one.h.has_value());
    EXPECT_FALSE(one.q_profile.has_value());
    EXPECT_FALSE(one.profile_likelihood.has_value());
    EXPECT_FALSE(one.residual_scale.has_value());
  }
}

TEST(HeterogeneityTest, IdenticalResultsHaveNone) {
  for (const Tau2Method method : kAllMethods) {
    const Heterogeneity none =
        Estimate(MetaAnalysis({{0.1, 0.3}, {0.1, 0.7}, {0.1, 1e5}}), method);
    EXPECT_EQ(none.q, 0);
    EXPECT_EQ(none.tau2, 0);
    EXPECT_EQ(*none.residual_scale, 0);
    EXPECT_EQ(none.i2_interval->lower, 0);
    EXPECT_FALSE(none.q_profile.has_value());  // an empty set
    EXPECT_EQ(none.profile_likelihood->lower, 0);
    EXPECT_GT(none.profile_likelihood->upper, 0);
    EXPECT_TRUE(std::isfinite(none.profile_likelihood->upper));
  }
}

TEST(HeterogeneityTest, HugeHeterogeneityIsFinite) {
  for (const Tau2Method method : kAllMethods) {
    const Heterogeneity huge = Estimate(
        MetaAnalysis({{1e9, 1e-9}, {-2e9, 1e-3}, {3e8, 2e-6}}), method);
    EXPECT_TRUE(std::isfinite(huge.tau2));
    EXPECT_GT(huge.tau2, 1e17);
    EXPECT_LT(huge.q_profile->lower, huge.q_profile->upper);
    EXPECT_LT(huge.profile_likelihood->lower, huge.profile_likelihood->upper);
    EXPECT_EQ(*huge.p_q, 0);
    EXPECT_TRUE(std::isfinite(huge.h_interval->upper));
  }
}

TEST(HeterogeneityTest, ProfileIsOfTheLikelihoodThatWasMaximised) {
  const ConnectedNetwork network =
      BuildNetwork(RandomNetwork(5, 8, 3)).components[0].network;
  const auto upper = [&](Tau2Method method) {
    return Estimate(network, method).profile_likelihood->upper;
  };
  const double restricted = upper(Tau2Method::kRestrictedMaximumLikelihood);
  EXPECT_EQ(upper(Tau2Method::kDerSimonianLaird), restricted);
  EXPECT_EQ(upper(Tau2Method::kPauleMandel), restricted);
  EXPECT_LT(upper(Tau2Method::kMaximumLikelihood), restricted);
}

class RandomHeterogeneityTest : public ::testing::TestWithParam<int> {
 protected:
  const Network network_ = BuildNetwork(RandomNetwork(5, 8, GetParam()));
  const ConnectedNetwork& connected_ = network_.components[0].network;
};

TEST_P(RandomHeterogeneityTest, ResidualScaleIsQAtTheEstimate) {
  const ExplicitModel<double> model(connected_);
  for (const Tau2Method method : kAllMethods) {
    const Heterogeneity actual = Estimate(connected_, method);
    EXPECT_NEAR(*actual.residual_scale, model.Q(actual.tau2) / actual.df,
                1e-12 * *actual.residual_scale);
  }
}

// (Q - df) / tr(P V0), with 100 digits.
TEST_P(RandomHeterogeneityTest, DerSimonianLairdHasTenDigits) {
  for (const double ratio : {1.0, 1e6, 1e12}) {
    ConnectedNetwork network = connected_;
    for (int s = 0; s <= 2 * (GetParam() % 4); s += 2) {
      network.blocks[s].covariance /= ratio;
    }
    const ReferenceModel model(network);
    const ReferenceModel::Matrix spread =
        model.ResidualProjection(0) * model.v0;
    const double expected = static_cast<double>(HundredDigits(
        (model.Q(0) - DegreesOfFreedom(network)) / spread.trace()));
    ASSERT_OK_AND_ASSIGN(const HeterogeneityMoments common,
                         MomentsAt(StudyTable(network), /*tau2=*/0));
    EXPECT_NEAR(DerSimonianLairdTau2(common, DegreesOfFreedom(network)),
                expected, 1e-10 * expected);
  }
}

TEST_P(RandomHeterogeneityTest, ScalesWithTheSquareOfTheUnit) {
  for (const Tau2Method method : kAllMethods) {
    const Heterogeneity one = Estimate(connected_, method);
    for (int k = -8; k <= 8; k += 4) {
      const double unit = std::pow(10, k);
      const Heterogeneity other = Estimate(InUnit(connected_, unit), method);
      EXPECT_NEAR(other.tau2 / (unit * unit), one.tau2, 1e-12 * one.tau2);
      EXPECT_NEAR(*other.residual_scale, *one.residual_scale, 1e-12);
      EXPECT_NEAR(other.h_interval->upper, one.h_interval->upper, 1e-12);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHeterogeneityTest,
                         ::testing::Range(1, 7));

}  // namespace
}  // namespace tidemark::nma
