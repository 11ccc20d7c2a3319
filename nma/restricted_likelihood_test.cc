#include "nma/restricted_likelihood.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

double LogLikelihood(const ConnectedNetwork& network, double tau2) {
  return RestrictedLogLikelihood(network, tau2).value();
}

// Two treatments: an ordinary meta-analysis.
struct Result {
  double effect, variance;
};
ConnectedNetwork MetaAnalysis(const std::vector<Result>& results) {
  ConnectedNetwork network{2, {}};
  for (const Result& result : results) {
    network.blocks.push_back(
        {{0, 1},
         Eigen::VectorXd::Constant(1, result.effect),
         Eigen::MatrixXd::Constant(1, 1, result.variance)});
  }
  return network;
}

// Three precise studies that agree and three imprecise ones that do not: tau^2
// of 0 and about 0.6 spread^2 are both local maxima.
ConnectedNetwork TwoMaxima(double spread) {
  return MetaAnalysis({{0, 1e-4},
                       {0, 1e-4},
                       {0, 1e-4},
                       {spread, 1},
                       {-spread, 1},
                       {spread, 1}});
}

// The largest likelihood on a fine grid of [0, high].
double BestOnGrid(const ConnectedNetwork& network, double high) {
  double best = LogLikelihood(network, 0);
  for (int i = 1; i <= 5000; ++i) {
    best = std::max(best, LogLikelihood(network, high * i / 5000));
  }
  return best;
}

TEST(RestrictedLikelihoodTest, EqualVariancesHaveAClosedForm) {
  // REML of equal variances is the sample variance less that variance.
  const ConnectedNetwork network =
      MetaAnalysis({{1, 0.5}, {2, 0.5}, {6, 0.5}, {-1, 0.5}});
  EXPECT_NEAR(RestrictedMaximumLikelihoodTau2(network).value(), 26.0 / 3 - 0.5,
              1e-13);
}

TEST(RestrictedLikelihoodTest, IsZeroForAgreeingStudies) {
  EXPECT_EQ(RestrictedMaximumLikelihoodTau2(
                MetaAnalysis({{1, 0.5}, {1.1, 0.5}, {0.9, 0.7}}))
                .value(),
            0);
  EXPECT_EQ(
      RestrictedMaximumLikelihoodTau2(MetaAnalysis({{1, 0.5}, {1, 2}})).value(),
      0);
}

TEST(RestrictedLikelihoodTest, IsZeroWithoutDegreesOfFreedom) {
  EXPECT_EQ(RestrictedMaximumLikelihoodTau2(MetaAnalysis({{3, 0.5}})).value(),
            0);
}

TEST(RestrictedLikelihoodTest, ChoosesTheHigherOfTwoMaxima) {
  const ConnectedNetwork low = TwoMaxima(/*spread=*/3);
  const ConnectedNetwork high = TwoMaxima(/*spread=*/5);
  // Both have two maxima: at 0 and where the score falls through 0 again.
  for (const ConnectedNetwork& network : {low, high}) {
    EXPECT_LT(RestrictedScore(network, 0).value(), 0);
  }
  EXPECT_GT(RestrictedScore(low, 2).value(), 0);
  EXPECT_EQ(RestrictedMaximumLikelihoodTau2(low).value(), 0);
  EXPECT_GT(RestrictedMaximumLikelihoodTau2(high).value(), 10);
}

TEST(RestrictedLikelihoodTest, ResultIsTheGlobalMaximum) {
  for (const double spread : {1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0}) {
    const ConnectedNetwork network = TwoMaxima(spread);
    const double tau2 = RestrictedMaximumLikelihoodTau2(network).value();
    EXPECT_GE(LogLikelihood(network, tau2),
              BestOnGrid(network, 4 * spread * spread) - 1e-12)
        << spread;
  }
}

TEST(RestrictedLikelihoodTest, FindsSmallHeterogeneityOfPreciseStudies) {
  // tau^2 is a millionth of the largest variance.
  const ConnectedNetwork network = MetaAnalysis(
      {{0, 1e-8}, {2e-3, 1e-8}, {-1e-3, 1e-8}, {1e-3, 1e-8}, {0.5, 1}});
  const double tau2 = RestrictedMaximumLikelihoodTau2(network).value();
  EXPECT_NEAR(tau2, 1.667e-6 - 1e-8, 1e-8);
}

class RandomRestrictedLikelihoodTest : public ::testing::TestWithParam<int> {
 protected:
  const std::vector<StudyEffects> studies_ = RandomNetwork(5, 8, GetParam());
  const Network network_ = BuildNetwork(studies_);
  const ConnectedNetwork& connected_ = network_.components[0].network;
};

TEST_P(RandomRestrictedLikelihoodTest, ScoreIsTheSlopeOfTheLikelihood) {
  for (const double tau2 : {0.05, 0.3, 2.0}) {
    const double step = 1e-5 * tau2;
    const double slope = (LogLikelihood(connected_, tau2 + step) -
                          LogLikelihood(connected_, tau2 - step)) /
                         (2 * step);
    // A central difference: rounding 1e-15 / step and truncation step^2.
    EXPECT_NEAR(RestrictedScore(connected_, tau2).value(), slope,
                1e-6 * (1 + std::abs(slope)));
  }
}

TEST_P(RandomRestrictedLikelihoodTest, ResultIsTheGlobalMaximum) {
  const double tau2 = RestrictedMaximumLikelihoodTau2(connected_).value();
  EXPECT_GE(LogLikelihood(connected_, tau2), BestOnGrid(connected_, 5) - 1e-12);
}

TEST_P(RandomRestrictedLikelihoodTest, ScalesWithTheSquareOfTheUnit) {
  const double tau2 = RestrictedMaximumLikelihoodTau2(connected_).value();
  for (const double unit : {1e-6, 1e6}) {
    ConnectedNetwork scaled = connected_;
    for (StudyBlock& block : scaled.blocks) {
      block.effects *= unit;
      block.covariance *= unit * unit;
    }
    EXPECT_NEAR(RestrictedMaximumLikelihoodTau2(scaled).value() / (unit * unit),
                tau2, 1e-12 * tau2);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRestrictedLikelihoodTest,
                         ::testing::Range(1, 11));

}  // namespace
}  // namespace tidemark::nma
