#include "nma/pair_variance_factor.h"

#include <algorithm>
#include <cmath>

#include "gtest/gtest.h"
#include "nma/testing/pair_variances.h"

namespace tidemark::nma {
namespace {

// The largest relative error of |F_i - F_j|^2.
double RelativeError(const Eigen::MatrixXd& pair_variances) {
  const Eigen::MatrixXd factor = FactorPairVariances(pair_variances);
  double error = 0;
  for (Eigen::Index i = 0; i < factor.rows(); ++i) {
    for (Eigen::Index j = 0; j < i; ++j) {
      const double squared = (factor.row(i) - factor.row(j)).squaredNorm();
      error = std::max(error, std::abs(squared / pair_variances(i, j) - 1));
    }
  }
  return error;
}

TEST(PairVarianceFactorTest, TwoTreatments) {
  const Eigen::MatrixXd factor =
      FactorPairVariances(ChainPairVariances(Eigen::VectorXd::Constant(1, 4)));
  EXPECT_EQ(factor, Eigen::Vector2d(0, 2));
}

TEST(PairVarianceFactorTest, KeepsTheVarianceOfEveryPair) {
  for (int seed = 1; seed <= 10; ++seed) {
    EXPECT_LT(RelativeError(RandomPairVariances(2 * seed, 100, seed)), 1e-12);
  }
}

// Versus one reference, pairs far from it would have no digit left.
TEST(PairVarianceFactorTest, KeepsPairsWhoseVariancesSpan24Powers) {
  for (int seed = 1; seed <= 20; ++seed) {
    const Eigen::VectorXd links = RandomSpread(12, 1e12, seed);
    // epsilon sqrt(1e12) = 2e-10.
    EXPECT_LT(RelativeError(ChainPairVariances(links)), 1e-8);
    EXPECT_LT(RelativeError(CyclePairVariances(links)), 1e-8);
    EXPECT_LT(RelativeError(IndependentPairVariances(links)), 1e-8);
  }
}

TEST(PairVarianceFactorTest, ScalesWithTheUnit) {
  const Eigen::MatrixXd variances =
      IndependentPairVariances(Eigen::VectorXd::Ones(6));
  const Eigen::MatrixXd factor = FactorPairVariances(variances);
  for (const double unit : {1e-100, 1e-3, 1e100}) {
    const Eigen::MatrixXd scaled =
        FactorPairVariances(variances * unit * unit) / unit;
    EXPECT_TRUE(scaled.isApprox(factor, 1e-14)) << unit;
  }
}

TEST(PairVarianceFactorTest, SingularAndImpossibleVariancesHaveAFactor) {
  // A point on the line between two others, and one that is nowhere.
  for (const double last : {4.0, 100.0, 0.0}) {
    Eigen::Matrix3d variances;
    variances << 0, 1, last, 1, 0, 1, last, 1, 0;
    EXPECT_TRUE(FactorPairVariances(variances).allFinite()) << last;
  }
  EXPECT_EQ(FactorPairVariances(Eigen::Matrix3d::Zero()),
            Eigen::MatrixXd::Zero(3, 2));
}

}  // namespace
}  // namespace tidemark::nma
