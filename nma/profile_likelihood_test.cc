#include "nma/profile_likelihood.h"

#include <cmath>
#include <tuple>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/normal.h"
#include "nma/study_table.h"
#include "nma/table_model.h"
#include "nma/testing/meta_analysis.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

Interval Profile(const ConnectedNetwork& network, LikelihoodKind kind,
                 double level) {
  return ProfileLikelihoodInterval(
             TableModel(StudyTable(network)), kind,
             LocalMaxima(TableModel(StudyTable(network)), kind).value(), level)
      .value()
      .value();
}

// How far the likelihood is above the threshold of the set.
class Excess {
 public:
  Excess(const ConnectedNetwork& network, LikelihoodKind kind, double level)
      : network_(network), kind_(kind) {
    const double z = TwoSidedQuantile(level);
    const auto maxima =
        LocalMaxima(TableModel(StudyTable(network)), kind).value();
    threshold_ = GlobalMaximum(maxima).log_likelihood - z * z / 2;
  }
  double operator()(double tau2) const {
    return LogLikelihood(TableModel(StudyTable(network_)), kind_, tau2)
               .value() -
           threshold_;
  }

 private:
  const ConnectedNetwork& network_;
  LikelihoodKind kind_;
  double threshold_;
};

TEST(ProfileLikelihoodTest, EqualVariancesHaveAClosedForm) {
  // l = -3/2 log x - 13 / x with x = 0.5 + tau^2, largest at x = 26 / 3: at the
  // ends -log u + 1 - 1/u = -z^2 / 3 for u = 3 x / 26.
  const Interval interval =
      Profile(MetaAnalysis({{1, 0.5}, {2, 0.5}, {6, 0.5}, {-1, 0.5}}),
              LikelihoodKind::kRestricted, 0.8);
  const double z = TwoSidedQuantile(0.8);
  for (const double end : {interval.lower, interval.upper}) {
    const double u = 3 * (end + 0.5) / 26;
    EXPECT_NEAR(-std::log(u) + 1 - 1 / u, -z * z / 3, 1e-13);
  }
}

TEST(ProfileLikelihoodTest, IdenticalResultsHaveAFiniteInterval) {
  const ConnectedNetwork identical =
      MetaAnalysis({{0.1, 0.3}, {0.1, 0.7}, {0.1, 1.1}});
  for (const LikelihoodKind kind :
       {LikelihoodKind::kFull, LikelihoodKind::kRestricted}) {
    const Interval interval = Profile(identical, kind, 0.95);
    EXPECT_EQ(interval.lower, 0);
    EXPECT_NEAR(Excess(identical, kind, 0.95)(interval.upper), 0, 1e-13);
  }
}

TEST(ProfileLikelihoodTest, NothingIsKnownWithoutDegreesOfFreedom) {
  EXPECT_FALSE(ProfileLikelihoodInterval(
                   TableModel(StudyTable(MetaAnalysis({{3, 0.5}}))),
                   LikelihoodKind::kRestricted, {}, 0.95)
                   .value()
                   .has_value());
}

TEST(ProfileLikelihoodTest, AGapBetweenTwoMaximaIsFilled) {
  const ConnectedNetwork network = TwoMaxima(3.5);
  const LikelihoodKind kind = LikelihoodKind::kRestricted;
  const auto maxima =
      LocalMaxima(TableModel(StudyTable(network)), kind).value();
  ASSERT_EQ(maxima.size(), 2);
  const Interval interval = Profile(network, kind, 0.95);
  EXPECT_EQ(interval.lower, 0);
  EXPECT_GT(interval.upper, maxima[1].tau2);
  // Between the two there is a point that is not in the set.
  EXPECT_LT(Excess(network, kind, 0.95)(0.05), 0);
  EXPECT_NEAR(Excess(network, kind, 0.95)(interval.upper), 0, 1e-13);
}

TEST(ProfileLikelihoodTest, AMaximumBelowTheThresholdIsLeftOut) {
  const ConnectedNetwork network = TwoMaxima(8);
  const LikelihoodKind kind = LikelihoodKind::kRestricted;
  ASSERT_EQ(LocalMaxima(TableModel(StudyTable(network)), kind).value().size(),
            2);
  const Interval interval = Profile(network, kind, 0.8);
  EXPECT_GT(interval.lower, 1);
  EXPECT_NEAR(Excess(network, kind, 0.8)(interval.lower), 0, 1e-13);
}

using Seed = std::tuple<LikelihoodKind, int>;
class RandomProfileLikelihoodTest : public ::testing::TestWithParam<Seed> {
 protected:
  const LikelihoodKind kind_ = std::get<0>(GetParam());
  const Network network_ =
      BuildNetwork(RandomNetwork(5, 8, std::get<1>(GetParam())));
  const ConnectedNetwork& connected_ = network_.components[0].network;
};

TEST_P(RandomProfileLikelihoodTest, EndsSolveTheirEquation) {
  for (const double level : {0.5, 0.95, 0.9999}) {
    const Interval interval = Profile(connected_, kind_, level);
    const Excess excess(connected_, kind_, level);
    const double lower = excess(interval.lower);
    if (interval.lower > 0) {
      EXPECT_NEAR(lower, 0, 1e-12);
    } else {
      EXPECT_GE(lower, 0);
    }
    EXPECT_NEAR(excess(interval.upper), 0, 1e-12);
  }
}

TEST_P(RandomProfileLikelihoodTest, IsTheHullOfTheSetOnAGrid) {
  const Interval interval = Profile(connected_, kind_, 0.95);
  const Excess excess(connected_, kind_, 0.95);
  const double step = 2 * interval.upper / 500;
  for (int i = 0; i <= 500; ++i) {
    const double tau2 = i * step;
    if (excess(tau2) < 0) continue;
    EXPECT_GE(tau2, interval.lower);
    EXPECT_LE(tau2, interval.upper);
  }
}

TEST_P(RandomProfileLikelihoodTest, ScalesWithTheSquareOfTheUnit) {
  const Interval interval = Profile(connected_, kind_, 0.95);
  for (int k = -8; k <= 8; ++k) {
    const double unit = std::pow(10, k);
    const Interval other = Profile(InUnit(connected_, unit), kind_, 0.95);
    // The likelihood gets a constant of order 100 from the unit.
    EXPECT_NEAR(other.lower / (unit * unit), interval.lower,
                1e-11 * interval.upper);
    EXPECT_NEAR(other.upper / (unit * unit), interval.upper,
                1e-11 * interval.upper);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Seeds, RandomProfileLikelihoodTest,
    ::testing::Combine(::testing::Values(LikelihoodKind::kFull,
                                         LikelihoodKind::kRestricted),
                       ::testing::Range(1, 7)));

}  // namespace
}  // namespace tidemark::nma
