#include "nma/generalized_q.h"

#include <cmath>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/chi_square.h"
#include "nma/least_squares.h"
#include "nma/network.h"
#include "nma/study_table.h"
#include "nma/table_model.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/meta_analysis.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

double Q(const ConnectedNetwork& network, double tau2) {
  return FitLeastSquares(network, tau2).value().q;
}

// Effects 1, 2, 6 and -1 have a sum of squares of 26 about their mean, so
// Q = 26 / (0.5 + tau^2).
ConnectedNetwork EqualVariances() {
  return MetaAnalysis({{1, 0.5}, {2, 0.5}, {6, 0.5}, {-1, 0.5}});
}

TEST(GeneralizedQTest, EqualVariancesHaveClosedForms) {
  EXPECT_NEAR(PauleMandelTau2(TableModel(StudyTable(EqualVariances()))).value(),
              26.0 / 3 - 0.5, 1e-14);
  const auto interval =
      QProfileInterval(TableModel(StudyTable(EqualVariances())), 0.9).value();
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->lower, 26 / ChiSquareUpperQuantile(0.05, 3) - 0.5,
              1e-13);
  EXPECT_NEAR(interval->upper, 26 / ChiSquareLowerQuantile(0.05, 3) - 0.5,
              1e-12);
}

TEST(GeneralizedQTest, IsZeroWhereQIsAlreadySmall) {
  const ConnectedNetwork network =
      MetaAnalysis({{1, 0.5}, {1.5, 0.5}, {0.5, 0.7}});
  EXPECT_EQ(PauleMandelTau2(TableModel(StudyTable(network))).value(), 0);
  const auto interval =
      QProfileInterval(TableModel(StudyTable(network)), 0.95).value();
  ASSERT_TRUE(interval.has_value());
  EXPECT_EQ(interval->lower, 0);
  EXPECT_NEAR(Q(network, interval->upper), ChiSquareLowerQuantile(0.025, 2),
              1e-14);
}

TEST(GeneralizedQTest, AnEmptySetIsNoInterval) {
  // Identical results, in numbers that binary fractions cannot hold.
  const ConnectedNetwork identical =
      MetaAnalysis({{0.1, 0.3}, {0.1, 0.7}, {0.1, 1.1}});
  EXPECT_EQ(PauleMandelTau2(TableModel(StudyTable(identical))).value(), 0);
  EXPECT_FALSE(QProfileInterval(TableModel(StudyTable(identical)), 0.95)
                   .value()
                   .has_value());
  // The same with just less, and just more, than the lower quantile.
  const double least = ChiSquareLowerQuantile(0.025, 1);
  const auto with_q = [](double q) {
    return MetaAnalysis({{0, 0.5}, {std::sqrt(q), 0.5}});
  };
  EXPECT_FALSE(QProfileInterval(
                   TableModel(StudyTable(with_q(least * (1 - 1e-12)))), 0.95)
                   .value()
                   .has_value());
  const auto narrow =
      QProfileInterval(TableModel(StudyTable(with_q(least * (1 + 1e-12)))),
                       0.95)
          .value();
  ASSERT_TRUE(narrow.has_value());
  EXPECT_EQ(narrow->lower, 0);
  EXPECT_LT(narrow->upper, 1e-11);
}

TEST(GeneralizedQTest, NothingIsKnownWithoutDegreesOfFreedom) {
  EXPECT_EQ(
      PauleMandelTau2(TableModel(StudyTable(MetaAnalysis({{3, 0.5}})))).value(),
      0);
  EXPECT_FALSE(
      QProfileInterval(TableModel(StudyTable(MetaAnalysis({{3, 0.5}}))), 0.95)
          .value()
          .has_value());
}

TEST(GeneralizedQTest, HugeHeterogeneityIsFound) {
  const ConnectedNetwork network =
      MetaAnalysis({{1e9, 1e-9}, {-2e9, 1e-3}, {3e8, 2e-6}});
  const double tau2 = PauleMandelTau2(TableModel(StudyTable(network))).value();
  EXPECT_NEAR(Q(network, tau2), 2, 1e-13);
  EXPECT_NEAR(
      QProfileInterval(TableModel(StudyTable(network)), 0.95).value()->upper /
          1e18,
      86, 20);
}

TEST(GeneralizedQTest, AnEndBeyondTheRangeOfDoubleIsAbsent) {
  const ConnectedNetwork network =
      MetaAnalysis({{1e153, 1e300}, {-1e153, 1e300}});
  EXPECT_FALSE(QProfileInterval(TableModel(StudyTable(network)), 1 - 1e-15)
                   .value()
                   .has_value());
}

class RandomGeneralizedQTest : public ::testing::TestWithParam<int> {
 protected:
  const Network network_ = BuildNetwork(RandomNetwork(5, 9, GetParam()));
  const ConnectedNetwork& connected_ = network_.components[0].network;
  const int df_ = DegreesOfFreedom(connected_);
};

TEST_P(RandomGeneralizedQTest, PauleMandelSolvesItsEquation) {
  const double tau2 =
      PauleMandelTau2(TableModel(StudyTable(connected_))).value();
  ASSERT_GT(tau2, 0);
  EXPECT_NEAR(ExplicitModel<double>(connected_).Q(tau2), df_, 1e-12 * df_);
}

TEST_P(RandomGeneralizedQTest, EndsOfTheProfileSolveTheirEquations) {
  for (const double level : {0.5, 0.95, 0.999}) {
    const auto interval =
        QProfileInterval(TableModel(StudyTable(connected_)), level).value();
    ASSERT_TRUE(interval.has_value());
    const double tail = (1 - level) / 2;
    const double high = ChiSquareUpperQuantile(tail, df_);
    if (interval->lower > 0) {
      EXPECT_NEAR(Q(connected_, interval->lower) / high, 1, 1e-13);
    } else {
      EXPECT_LE(Q(connected_, 0), high);
    }
    EXPECT_NEAR(
        Q(connected_, interval->upper) / ChiSquareLowerQuantile(tail, df_), 1,
        1e-13);
  }
}

TEST_P(RandomGeneralizedQTest, ScalesWithTheSquareOfTheUnit) {
  const double tau2 =
      PauleMandelTau2(TableModel(StudyTable(connected_))).value();
  const Interval interval =
      *QProfileInterval(TableModel(StudyTable(connected_)), 0.95).value();
  for (int k = -8; k <= 8; ++k) {
    const double unit = std::pow(10, k);
    const ConnectedNetwork scaled = InUnit(connected_, unit);
    const Interval other =
        *QProfileInterval(TableModel(StudyTable(scaled)), 0.95).value();
    EXPECT_NEAR(PauleMandelTau2(TableModel(StudyTable(scaled))).value() /
                    (unit * unit) / tau2,
                1, 1e-12);
    EXPECT_NEAR(other.lower / (unit * unit), interval.lower,
                1e-12 * interval.upper);
    EXPECT_NEAR(other.upper / (unit * unit) / interval.upper, 1, 1e-12);
  }
}

// Q is larger than its value just before the root and smaller just after, with
// 100 digits.
TEST_P(RandomGeneralizedQTest, RootHasTenDigitsWhateverTheWeights) {
  ConnectedNetwork network = connected_;
  for (int s = 0; s <= 2 * (GetParam() % 4); s += 2) {
    network.blocks[s].covariance /= 1e12;
  }
  const double tau2 = PauleMandelTau2(TableModel(StudyTable(network))).value();
  ASSERT_GT(tau2, 0);
  const ReferenceModel model(network);
  EXPECT_GT(static_cast<double>(model.Q(tau2 * (1 - 1e-10))), df_);
  EXPECT_LT(static_cast<double>(model.Q(tau2 * (1 + 1e-10))), df_);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGeneralizedQTest, ::testing::Range(1, 9));

}  // namespace
}  // namespace tidemark::nma
