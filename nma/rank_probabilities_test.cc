#include "nma/rank_probabilities.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/testing/status_matchers.h"
#include "boost/math/constants/constants.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/normal.h"
#include "nma/ranking.h"
#include "nma/testing/pair_variances.h"

namespace tidemark::nma {
namespace {

using boost::math::double_constants::pi;
using ::testing::ElementsAre;

constexpr RankOptions kQuick = {/*points=*/1 << 13};

RankProbabilities Estimate(const Eigen::VectorXd& effects,
                           const Eigen::MatrixXd& pair_variances,
                           const RankOptions& options = kQuick) {
  return EstimateRankProbabilities(effects, pair_variances,
                                   /*small_values_desirable=*/true, options,
                                   [] { return false; })
      .value();
}

TEST(RankProbabilitiesTest, StopWithin1024PointsOfBeingCancelled) {
  int questions = 0;
  const auto ranks =
      EstimateRankProbabilities(Eigen::Vector2d(0, 1), Eigen::Matrix2d::Ones(),
                                /*small_values_desirable=*/true, kQuick,
                                [&questions] { return ++questions == 3; });
  EXPECT_EQ(ranks.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(questions, 3);
  questions = 0;
  EXPECT_OK(EstimateRankProbabilities(
      Eigen::Vector2d(0, 1), Eigen::Matrix2d::Ones(),
      /*small_values_desirable=*/true, kQuick, [&questions] {
        ++questions;
        return false;
      }));
  EXPECT_EQ(questions, 8);
}

double ActualError(const RankProbabilities& ranks,
                   const Eigen::MatrixXd& exact) {
  return (ranks.probabilities - exact).cwiseAbs().maxCoeff();
}

// The mean of the cumulative probabilities of all ranks but the last.
Eigen::VectorXd Sucra(const Eigen::MatrixXd& probabilities) {
  const Eigen::Index n = probabilities.rows();
  return probabilities * Eigen::VectorXd::LinSpaced(n, 1, 0);
}

// One rank after the other, of treatments with independent effects: given its
// own effect, the number of better ones is a sum of independent events, and the
// trapezoid rule is exact to rounding for integrands like these.
Eigen::VectorXd IndependentRanks(const Eigen::VectorXd& effects,
                                 const Eigen::VectorXd& variances,
                                 Eigen::Index treatment) {
  const Eigen::Index n = effects.size();
  constexpr double kStep = 0.02;
  Eigen::VectorXd ranks = Eigen::VectorXd::Zero(n);
  for (double z = -9; z <= 9; z += kStep) {
    const double own = effects[treatment] + z * std::sqrt(variances[treatment]);
    Eigen::VectorXd better = Eigen::VectorXd::Unit(n, 0);
    for (Eigen::Index j = 0; j < n; ++j) {
      if (j == treatment) continue;
      const double p = NormalTail((effects[j] - own) / std::sqrt(variances[j]));
      for (Eigen::Index k = n - 1; k > 0; --k) {
        better[k] = better[k] * (1 - p) + better[k - 1] * p;
      }
      better[0] *= 1 - p;
    }
    ranks += better * (kStep * std::exp(-z * z / 2) / std::sqrt(2 * pi));
  }
  return ranks;
}

Eigen::MatrixXd IndependentTable(const Eigen::VectorXd& effects,
                                 const Eigen::VectorXd& variances) {
  Eigen::MatrixXd table(effects.size(), effects.size());
  for (Eigen::Index i = 0; i < effects.size(); ++i) {
    table.row(i) = IndependentRanks(effects, variances, i);
  }
  return table;
}

// arcsin of the correlation of theta_i - theta_j and theta_i - theta_k.
double Angle(const Eigen::MatrixXd& r, int i, int j, int k) {
  return std::asin((r(i, j) + r(i, k) - r(j, k)) /
                   (2 * std::sqrt(r(i, j) * r(i, k))));
}

TEST(RankProbabilitiesTest, TwoTreatments) {
  const Eigen::MatrixXd variances =
      ChainPairVariances(Eigen::VectorXd::Constant(1, 4));
  for (const double effect : {0.0, 0.3, 2.0, 6.0, 20.0}) {
    const double better = NormalTail(-effect / 2);
    const RankProbabilities ranks =
        Estimate(Eigen::Vector2d(0, effect), variances, {});
    Eigen::Matrix2d exact;
    exact << better, 1 - better, 1 - better, better;
    EXPECT_LE(ActualError(ranks, exact), ranks.error) << effect;
    EXPECT_LE(ranks.error, 2e-3);
    EXPECT_GT(ranks.error, 0);
  }
}

TEST(RankProbabilitiesTest, ThreeEqualEffectsAreOrthants) {
  for (int seed = 1; seed <= 10; ++seed) {
    const Eigen::MatrixXd variances = RandomPairVariances(3, 1e3, seed);
    const RankProbabilities ranks =
        Estimate(Eigen::Vector3d::Zero(), variances);
    Eigen::Matrix3d exact;
    for (int i = 0; i < 3; ++i) {
      const double end =
          0.25 + Angle(variances, i, (i + 1) % 3, (i + 2) % 3) / (2 * pi);
      exact.row(i) << end, 1 - 2 * end, end;
    }
    EXPECT_LE(ActualError(ranks, exact), ranks.error) << seed;
  }
}

TEST(RankProbabilitiesTest, FourEqualEffectsAreOrthants) {
  for (int seed = 1; seed <= 10; ++seed) {
    const Eigen::MatrixXd variances = RandomPairVariances(4, 1e3, seed);
    const RankProbabilities ranks =
        Estimate(Eigen::Vector4d::Zero(), variances);
    Eigen::Matrix4d exact;
    for (int i = 0; i < 4; ++i) {
      const int j = (i + 1) % 4;
      const int k = (i + 2) % 4;
      const int l = (i + 3) % 4;
      const double end =
          0.125 + (Angle(variances, i, j, k) + Angle(variances, i, j, l) +
                   Angle(variances, i, k, l)) /
                      (4 * pi);
      exact.row(i) << end, 0.5 - end, 0.5 - end, end;
    }
    EXPECT_LE(ActualError(ranks, exact), ranks.error) << seed;
  }
}

TEST(RankProbabilitiesTest, IndependentEffectsAreIntegrals) {
  for (int n = 3; n <= 15; n += 2) {
    const Eigen::VectorXd variances = RandomSpread(n, 100, n);
    const Eigen::MatrixXd pairs = IndependentPairVariances(variances);
    const Eigen::VectorXd effects = RandomEffects(pairs, n);
    const RankProbabilities ranks = Estimate(effects, pairs);
    EXPECT_LE(ActualError(ranks, IndependentTable(effects, variances)),
              ranks.error)
        << n;
  }
}

TEST(RankProbabilitiesTest, IdenticalTreatmentsHaveEveryRank) {
  for (const int n : {2, 3, 10}) {
    const RankProbabilities ranks =
        Estimate(Eigen::VectorXd::Zero(n),
                 IndependentPairVariances(Eigen::VectorXd::Ones(n)));
    EXPECT_LE(ActualError(ranks, Eigen::MatrixXd::Constant(n, n, 1.0 / n)),
              ranks.error);
  }
}

TEST(RankProbabilitiesTest, CertainRanks) {
  const RankProbabilities ranks =
      Estimate(Eigen::Vector3d(50, -50, 0),
               IndependentPairVariances(Eigen::Vector3d::Ones()));
  Eigen::Matrix3d exact;
  exact << 0, 0, 1, 1, 0, 0, 0, 1, 0;
  EXPECT_EQ(ranks.probabilities, exact);
  EXPECT_THAT(ranks.median_ranks, ElementsAre(3, 1, 2));
  EXPECT_GT(ranks.error, 0);  // no draw has seen another rank
}

TEST(RankProbabilitiesTest, MedianReachesOneHalf) {
  const RankProbabilities ranks = Estimate(
      Eigen::Vector2d::Zero(), ChainPairVariances(Eigen::VectorXd::Ones(1)));
  EXPECT_EQ(ranks.probabilities(0, 0), 0.5);
  EXPECT_THAT(ranks.median_ranks, ElementsAre(1, 1));
}

// Quasi-variances q, with q_i + q_j closest to the variances of pairs.
Eigen::VectorXd QuasiVariances(const Eigen::MatrixXd& pair_variances) {
  const auto n = static_cast<double>(pair_variances.rows());
  const Eigen::ArrayXd sums = pair_variances.rowwise().sum();
  return (sums - sums.sum() / (2 * (n - 1))) / (n - 2);
}

TEST(RankProbabilitiesTest, AChainThatQuasiVariancesReverse) {
  const Eigen::MatrixXd variances =
      ChainPairVariances(Eigen::Vector4d(4, 0.01, 4, 4));
  const Eigen::VectorXd effects =
      (Eigen::VectorXd(5) << 0.2, -0.1, -0.3, 0, -0.7).finished();
  const Eigen::VectorXd quasi = QuasiVariances(variances);
  ASSERT_GT(quasi.minCoeff(), 0);
  const Eigen::VectorXd reversed =
      PScores(effects, IndependentPairVariances(quasi), true);
  EXPECT_LT(reversed[0], reversed[1] - 0.04);

  const RankProbabilities ranks = Estimate(effects, variances);
  const Eigen::VectorXd sucra = Sucra(ranks.probabilities);
  EXPECT_GT(sucra[0], sucra[1] + 0.04);
  EXPECT_LE((sucra - PScores(effects, variances, true)).cwiseAbs().maxCoeff(),
            ranks.error);
}

TEST(RankProbabilitiesTest, MorePointsLessError) {
  const Eigen::MatrixXd variances = RandomPairVariances(6, 100, 1);
  const Eigen::VectorXd effects = RandomEffects(variances, 1);
  double last = 1;
  for (const int points : {1 << 10, 1 << 13, 1 << 16}) {
    const RankProbabilities ranks = Estimate(effects, variances, {points});
    EXPECT_EQ(ranks.points, points);
    EXPECT_LT(ranks.error, last / 2);
    last = ranks.error;
  }
}

TEST(RankProbabilitiesTest, PointsAreRoundedUpToWholeReplicates) {
  const Eigen::MatrixXd variances = RandomPairVariances(3, 100, 1);
  const Eigen::Vector3d effects(0, 1, 2);
  EXPECT_EQ(Estimate(effects, variances, {1}).points, 128);
  EXPECT_EQ(Estimate(effects, variances, {128}).points, 128);
  EXPECT_EQ(Estimate(effects, variances, {129}).points, 256);
}

TEST(RankProbabilitiesTest, WeightsThatSpanTwelvePowers) {
  for (int seed = 1; seed <= 5; ++seed) {
    const Eigen::VectorXd links = RandomSpread(10, 1e12, seed);
    for (const Eigen::MatrixXd& variances :
         {ChainPairVariances(links), CyclePairVariances(links),
          IndependentPairVariances(links)}) {
      const Eigen::VectorXd effects = RandomEffects(variances, seed);
      const RankProbabilities ranks = Estimate(effects, variances);
      const Eigen::VectorXd p_scores = PScores(effects, variances, true);
      EXPECT_LE((Sucra(ranks.probabilities) - p_scores).cwiseAbs().maxCoeff(),
                ranks.error)
          << seed;
    }
  }
}

// By 3 to 20 treatments.
class RandomRankProbabilitiesTest : public ::testing::TestWithParam<int> {
 protected:
  const int n_ = GetParam();
  const Eigen::MatrixXd variances_ = RandomPairVariances(n_, 100, n_);
  const Eigen::VectorXd effects_ = RandomEffects(variances_, n_);
  const RankProbabilities ranks_ = Estimate(effects_, variances_);
};

TEST_P(RandomRankProbabilitiesTest, SucraIsThePScore) {
  const Eigen::VectorXd p_scores = PScores(effects_, variances_, true);
  EXPECT_LE((Sucra(ranks_.probabilities) - p_scores).cwiseAbs().maxCoeff(),
            ranks_.error);
}

TEST_P(RandomRankProbabilitiesTest, RowsAndColumnsSumToOne) {
  const Eigen::MatrixXd& p = ranks_.probabilities;
  EXPECT_TRUE(p.rowwise().sum().isApproxToConstant(1, 1e-12));
  EXPECT_TRUE(p.colwise().sum().isApproxToConstant(1, 1e-12));
  EXPECT_GE(p.minCoeff(), 0);
}

TEST_P(RandomRankProbabilitiesTest, MediansAreWhereCumulativeReachesOneHalf) {
  for (int i = 0; i < n_; ++i) {
    const int median = ranks_.median_ranks[i];
    const auto row = ranks_.probabilities.row(i);
    EXPECT_GE(row.head(median).sum(), 0.5 - 1e-12);
    EXPECT_LT(row.head(median - 1).sum(), 0.5);
  }
}

TEST_P(RandomRankProbabilitiesTest, TheSameBitsOnEveryRun) {
  const RankProbabilities again = Estimate(effects_, variances_);
  EXPECT_EQ(again.probabilities, ranks_.probabilities);
  EXPECT_EQ(again.error, ranks_.error);
}

TEST_P(RandomRankProbabilitiesTest, TheOtherDirectionReversesTheRanks) {
  ASSERT_OK_AND_ASSIGN(
      const RankProbabilities other,
      EstimateRankProbabilities(effects_, variances_,
                                /*small_values_desirable=*/false, kQuick,
                                [] { return false; }));
  const Eigen::MatrixXd reversed = other.probabilities.rowwise().reverse();
  EXPECT_EQ(reversed, ranks_.probabilities);
  EXPECT_EQ(other.error, ranks_.error);
}

TEST_P(RandomRankProbabilitiesTest, RenamingPermutes) {
  std::vector<int> order(n_);
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin(), order.begin() + n_ / 3, order.end());
  std::swap(order[0], order[1]);
  const RankProbabilities renamed =
      Estimate(effects_(order), variances_(order, order));
  const Eigen::MatrixXd permuted =
      ranks_.probabilities(order, Eigen::indexing::all);
  EXPECT_EQ(renamed.probabilities, permuted);
}

TEST_P(RandomRankProbabilitiesTest, UnitsChangeNothing) {
  for (const double unit : {1e-6, 1e-1, 1e6}) {
    const RankProbabilities scaled =
        Estimate(effects_ * unit, variances_ * (unit * unit));
    EXPECT_LE(ActualError(scaled, ranks_.probabilities), 1e-12) << unit;
  }
}

INSTANTIATE_TEST_SUITE_P(Treatments, RandomRankProbabilitiesTest,
                         ::testing::Range(3, 21));

TEST(RankProbabilitiesTest, ByDefaultTheErrorIsSmall) {
  for (const int n : {3, 5, 8}) {
    const Eigen::MatrixXd variances = RandomPairVariances(n, 100, n);
    const Eigen::VectorXd effects = RandomEffects(variances, n);
    const RankProbabilities ranks = Estimate(effects, variances, {});
    EXPECT_LE(ranks.error, 2e-3);
    EXPECT_LE((Sucra(ranks.probabilities) - PScores(effects, variances, true))
                  .cwiseAbs()
                  .maxCoeff(),
              ranks.error);
  }
}

}  // namespace
}  // namespace tidemark::nma
