#include "nma/likelihood.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/study_table.h"
#include "nma/table_model.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/meta_analysis.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

using ::tidemark::testing::StatusIs;

double Likelihood(const ConnectedNetwork& network, LikelihoodKind kind,
                  double tau2) {
  return LogLikelihood(TableModel(StudyTable(network)), kind, tau2).value();
}

double Score(const ConnectedNetwork& network, LikelihoodKind kind,
             double tau2) {
  return ScoreTermsAt(TableModel(StudyTable(network)), kind, tau2)
      .value()
      .score();
}

double Maximum(const ConnectedNetwork& network, LikelihoodKind kind) {
  return GlobalMaximum(
             LocalMaxima(TableModel(StudyTable(network)), kind).value())
      .tau2;
}

// The largest likelihood on a fine grid of [0, high].
double BestOnGrid(const ConnectedNetwork& network, LikelihoodKind kind,
                  double high) {
  double best = Likelihood(network, kind, 0);
  for (int i = 1; i <= 1000; ++i) {
    best = std::max(best, Likelihood(network, kind, high * i / 1000));
  }
  return best;
}

TEST(LikelihoodTest, EqualVariancesHaveAClosedForm) {
  // The variance of the sample, over n - 1 or n, less that of each effect.
  const ConnectedNetwork network =
      MetaAnalysis({{1, 0.5}, {2, 0.5}, {6, 0.5}, {-1, 0.5}});
  EXPECT_NEAR(Maximum(network, LikelihoodKind::kRestricted), 26.0 / 3 - 0.5,
              1e-13);
  EXPECT_NEAR(Maximum(network, LikelihoodKind::kFull), 26.0 / 4 - 0.5, 1e-13);
}

TEST(LikelihoodTest, TwoMaximaAreBothFound) {
  for (const LikelihoodKind kind :
       {LikelihoodKind::kFull, LikelihoodKind::kRestricted}) {
    const auto maxima =
        LocalMaxima(TableModel(StudyTable(TwoMaxima(/*spread=*/5))), kind)
            .value();
    ASSERT_EQ(maxima.size(), 2);
    EXPECT_EQ(maxima[0].tau2, 0);
    EXPECT_GT(maxima[1].tau2, 10);
    for (const LocalMaximum& maximum : maxima) {
      EXPECT_EQ(maximum.log_likelihood,
                Likelihood(TwoMaxima(5), kind, maximum.tau2));
    }
  }
}

// Starts close to 0, where differences between points are rounding noise; at a
// maximum; between two; far beyond.
TEST(LikelihoodTest, StartDoesNotDecideWhatIsFound) {
  for (const LikelihoodKind kind :
       {LikelihoodKind::kFull, LikelihoodKind::kRestricted}) {
    for (const double spread : {2.0, 3.0, 5.0, 20.0}) {
      const StudyTable table(TwoMaxima(spread));
      const auto expected = LocalMaxima(TableModel(table), kind).value();
      std::vector<double> starts;
      for (int exponent = -34; exponent <= 14; exponent += 2) {
        starts.push_back(std::pow(10.0, exponent));
      }
      for (const LocalMaximum& maximum : expected) {
        starts.push_back(maximum.tau2);
      }
      for (const double start : starts) {
        const auto maxima = LocalMaxima(TableModel(table), kind, start).value();
        ASSERT_EQ(maxima.size(), expected.size()) << spread << " " << start;
        for (size_t i = 0; i < maxima.size(); ++i) {
          // Rounding of the score, on the scale of 1e-4 + tau^2.
          EXPECT_NEAR(maxima[i].tau2, expected[i].tau2,
                      1e-12 * (1e-4 + expected[i].tau2))
              << spread << " " << start;
        }
      }
    }
  }
}

TEST(LikelihoodTest, FindsSmallHeterogeneityOfPreciseStudies) {
  // tau^2 is a millionth of the largest variance.
  const ConnectedNetwork network = MetaAnalysis(
      {{0, 1e-8}, {2e-3, 1e-8}, {-1e-3, 1e-8}, {1e-3, 1e-8}, {0.5, 1}});
  EXPECT_NEAR(Maximum(network, LikelihoodKind::kRestricted), 1.667e-6 - 1e-8,
              1e-8);
  EXPECT_NEAR(Maximum(network, LikelihoodKind::kFull), 1.25e-6 - 1e-8, 1e-8);
}

// Where it starts decides how fast, not what is found.
TEST(LikelihoodTest, EveryStartFindsEveryMaximum) {
  for (const LikelihoodKind kind :
       {LikelihoodKind::kFull, LikelihoodKind::kRestricted}) {
    for (const double spread : {2.0, 3.0, 5.0}) {
      const StudyTable table(TwoMaxima(spread));
      const auto expected = LocalMaxima(TableModel(table), kind).value();
      for (const double start : {0.0, 1e-9, 0.1, 1.0, 7.0, 40.0, 1e9}) {
        const auto maxima = LocalMaxima(TableModel(table), kind, start).value();
        ASSERT_EQ(maxima.size(), expected.size()) << spread << " " << start;
        for (size_t i = 0; i < maxima.size(); ++i) {
          EXPECT_NEAR(maxima[i].tau2, expected[i].tau2,
                      1e-12 * expected[i].tau2);
        }
      }
    }
  }
}

TEST(LikelihoodTest, NumbersThatCannotBeSquaredAreRefused) {
  EXPECT_THAT(LocalMaxima(TableModel(StudyTable(MetaAnalysis(
                              {{1e200, 1e200}, {0, 1e200}, {0, 1e200}}))),
                          LikelihoodKind::kRestricted),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_));
}

using Spread = std::tuple<LikelihoodKind, double>;
class TwoMaximaTest : public ::testing::TestWithParam<Spread> {};

TEST_P(TwoMaximaTest, TheHigherIsChosen) {
  const auto [kind, spread] = GetParam();
  const ConnectedNetwork network = TwoMaxima(spread);
  EXPECT_GE(Likelihood(network, kind, Maximum(network, kind)),
            BestOnGrid(network, kind, 4 * spread * spread) - 1e-12);
}

INSTANTIATE_TEST_SUITE_P(
    Spreads, TwoMaximaTest,
    ::testing::Combine(::testing::Values(LikelihoodKind::kFull,
                                         LikelihoodKind::kRestricted),
                       ::testing::Values(1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0)));

TEST(LikelihoodTest, WhichOfTwoMaximaIsHigherDependsOnTheSpread) {
  for (const LikelihoodKind kind :
       {LikelihoodKind::kFull, LikelihoodKind::kRestricted}) {
    EXPECT_EQ(Maximum(TwoMaxima(3), kind), 0);
    EXPECT_GT(Score(TwoMaxima(3), kind, 2), 0);  // a second one exists
    EXPECT_GT(Maximum(TwoMaxima(5), kind), 10);
    EXPECT_LT(Score(TwoMaxima(5), kind, 0), 0);  // as does a first one
  }
}

using Seed = std::tuple<LikelihoodKind, int>;
class RandomLikelihoodTest : public ::testing::TestWithParam<Seed> {
 protected:
  const LikelihoodKind kind_ = std::get<0>(GetParam());
  const Network network_ =
      BuildNetwork(RandomNetwork(5, 8, std::get<1>(GetParam())));
  const ConnectedNetwork& connected_ = network_.components[0].network;
};

TEST_P(RandomLikelihoodTest, EqualsTheModelWrittenOut) {
  const ExplicitModel<double> model(connected_);
  const auto expected = [&](double tau2) {
    double deviance =
        std::log((model.v + tau2 * model.v0).determinant()) + model.Q(tau2);
    if (kind_ == LikelihoodKind::kRestricted) {
      deviance -= std::log(model.Covariance(tau2).determinant());
    }
    return -deviance / 2;
  };
  for (const double tau2 : {0.0, 0.05, 2.0}) {
    EXPECT_NEAR(Likelihood(connected_, kind_, tau2), expected(tau2), 1e-11);
  }
}

TEST_P(RandomLikelihoodTest, ScoreIsTheSlope) {
  for (const double tau2 : {0.05, 0.3, 2.0}) {
    const double step = 1e-5 * tau2;
    const double slope = (Likelihood(connected_, kind_, tau2 + step) -
                          Likelihood(connected_, kind_, tau2 - step)) /
                         (2 * step);
    // A central difference: rounding 1e-15 / step and truncation step^2.
    EXPECT_NEAR(Score(connected_, kind_, tau2), slope,
                1e-6 * (1 + std::abs(slope)));
  }
}

TEST_P(RandomLikelihoodTest, ResultIsTheGlobalMaximum) {
  EXPECT_GE(Likelihood(connected_, kind_, Maximum(connected_, kind_)),
            BestOnGrid(connected_, kind_, 5) - 1e-12);
}

INSTANTIATE_TEST_SUITE_P(
    Seeds, RandomLikelihoodTest,
    ::testing::Combine(::testing::Values(LikelihoodKind::kFull,
                                         LikelihoodKind::kRestricted),
                       ::testing::Range(1, 9)));

// The sign of the score with 100 digits, on both sides of the maximum.
TEST(LikelihoodTest, MaximumHasTenDigitsWhateverTheWeights) {
  const auto exact_score = [](const ConnectedNetwork& network,
                              LikelihoodKind kind, double tau2) {
    const ReferenceModel model(network);
    const ReferenceModel::Matrix p = model.ResidualProjection(tau2);
    const ReferenceModel::Vector py = p * model.y;
    const ReferenceModel::Vector v0py = model.v0 * py;
    const ReferenceModel::Matrix spread =
        (kind == LikelihoodKind::kRestricted ? p : model.Precision(tau2)) *
        model.v0;
    return static_cast<double>(py.dot(v0py) - spread.trace());
  };
  int positive = 0;
  for (int seed = 1; seed <= 6; ++seed) {
    ConnectedNetwork network =
        BuildNetwork(RandomNetwork(5, 8, seed)).components[0].network;
    for (int s = 0; s <= 2 * (seed % 4); s += 2)
      network.blocks[s].covariance /= 1e12;
    for (const LikelihoodKind kind :
         {LikelihoodKind::kFull, LikelihoodKind::kRestricted}) {
      ASSERT_OK_AND_ASSIGN(const std::vector<LocalMaximum> maxima,
                           LocalMaxima(TableModel(StudyTable(network)), kind));
      for (const LocalMaximum& maximum : maxima) {
        if (maximum.tau2 > 0) {
          ++positive;
          EXPECT_GT(exact_score(network, kind, maximum.tau2 * (1 - 1e-10)), 0);
        }
        EXPECT_LT(exact_score(network, kind, maximum.tau2 * (1 + 1e-10)), 0);
      }
    }
  }
  EXPECT_GT(positive, 6);
}

}  // namespace
}  // namespace tidemark::nma
