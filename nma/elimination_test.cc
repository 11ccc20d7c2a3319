#include "nma/elimination.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "Eigen/Dense"
#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "boost/multiprecision/cpp_bin_float.hpp"
#include "boost/multiprecision/eigen.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::tidemark::testing::StatusIs;

// A comparison of two nodes: `effect` is `first` minus `second`.
struct Edge {
  int first, second;
  double weight, effect;
};

PairEvidence Evidence(int nodes, const std::vector<Edge>& edges) {
  PairEvidence evidence(nodes);
  for (const Edge& edge : edges) {
    evidence.Add({{edge.second, edge.first},
                  Eigen::VectorXd::Constant(1, edge.effect),
                  Eigen::MatrixXd::Constant(1, 1, 1 / edge.weight)},
                 Eigen::MatrixXd::Constant(1, 1, edge.weight));
  }
  return evidence;
}

// A triangle with weights 1, 2 and 3 and effects of nodes 0, 0.5 and 2.
PairEvidence Triangle() {
  return Evidence(3, {{0, 1, 1, -0.5}, {0, 2, 2, -2}, {2, 1, 3, 1.5}});
}

TEST(EliminationTest, ConsistentEffectsAreFound) {
  ASSERT_OK_AND_ASSIGN(const auto solved, Elimination::Of(Triangle().weight));
  EXPECT_TRUE(solved.EffectsOfPairs(Triangle().flow)
                  .isApprox(Eigen::Vector3d(-2, -1.5, 0), 1e-15));
}

TEST(EliminationTest, PairVariancesAreEffectiveResistances) {
  ASSERT_OK_AND_ASSIGN(const auto solved, Elimination::Of(Triangle().weight));
  const Eigen::MatrixXd variances = solved.PairVariances();
  // Edge 0-1 of weight 1 beside the path 0-2-1 of weights 2 and 3, and so on.
  EXPECT_NEAR(variances(0, 1), 1 / (1 + 1 / (1 / 2.0 + 1 / 3.0)), 1e-15);
  EXPECT_NEAR(variances(0, 2), 1 / (2 + 1 / (1 / 1.0 + 1 / 3.0)), 1e-15);
  EXPECT_NEAR(variances(1, 2), 1 / (3 + 1 / (1 / 1.0 + 1 / 2.0)), 1e-15);
  EXPECT_EQ(variances, variances.transpose().eval());
  EXPECT_TRUE(variances.diagonal().isZero(0));
}

TEST(EliminationTest, DeterminantCountsSpanningTrees) {
  ASSERT_OK_AND_ASSIGN(const auto solved, Elimination::Of(Triangle().weight));
  // 1*2 + 1*3 + 2*3 by the matrix-tree theorem.
  EXPECT_NEAR(solved.LogDeterminant(), std::log(11), 1e-14);
}

TEST(EliminationTest, TraceIsThatOfTheProduct) {
  ASSERT_OK_AND_ASSIGN(const auto solved, Elimination::Of(Triangle().weight));
  const Eigen::MatrixXd twice = 2 * Triangle().weight;
  EXPECT_NEAR(TraceOfInverseTimes(solved.PairVariances(), twice), 4, 1e-14);
}

TEST(EliminationTest, RefusesADisconnectedNetwork) {
  EXPECT_THAT(Elimination::Of(Evidence(4, {{0, 1, 1, 0}, {2, 3, 1, 0}}).weight),
              StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::_));
}

TEST(EliminationTest, RefusesWeightsThatCancel) {
  EXPECT_THAT(
      Elimination::Of(
          Evidence(3, {{0, 1, 1, 0}, {0, 2, -1, 0}, {1, 2, 1, 0}}).weight),
      StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::_));
}

// The same system with 100 digits, by LU of the Laplacian without node 0.
class Reference {
 public:
  using Number = boost::multiprecision::cpp_bin_float_100;
  using Matrix = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;
  using Vector = Eigen::Matrix<Number, Eigen::Dynamic, 1>;

  Reference(int nodes, const std::vector<Edge>& edges) {
    Matrix laplacian = Matrix::Zero(nodes, nodes);
    Vector flow = Vector::Zero(nodes);
    for (const Edge& edge : edges) {
      const Number weight = edge.weight;
      laplacian(edge.first, edge.first) += weight;
      laplacian(edge.second, edge.second) += weight;
      laplacian(edge.first, edge.second) -= weight;
      laplacian(edge.second, edge.first) -= weight;
      flow[edge.first] += weight * Number(edge.effect);
      flow[edge.second] -= weight * Number(edge.effect);
    }
    const Matrix inverse =
        laplacian.bottomRightCorner(nodes - 1, nodes - 1).inverse();
    covariance_ = Matrix::Zero(nodes, nodes);
    covariance_.bottomRightCorner(nodes - 1, nodes - 1) = inverse;
    theta_ = covariance_ * flow;
  }

  double Difference(int i, int j) const {
    return static_cast<double>(Number(theta_[i] - theta_[j]));
  }
  double Variance(int i, int j) const {
    return static_cast<double>(
        Number(covariance_(i, i) + covariance_(j, j) - 2 * covariance_(i, j)));
  }

 private:
  Matrix covariance_;
  Vector theta_;
};

// Weights between 1e-12 and 1, effects of about 1.
std::vector<Edge> ExtremeEdges(int nodes, int edges, std::uint32_t seed) {
  std::mt19937 engine(seed);
  const auto uniform = [&engine] { return engine() / 4294967296.0; };
  std::vector<Edge> list;
  for (int e = 0; e < edges; ++e) {
    const int first =
        e + 1 < nodes ? e + 1 : static_cast<int>(engine() % nodes);
    const int second =
        (first + 1 + static_cast<int>(engine() % (nodes - 1))) % nodes;
    // The first edges are a tree.
    list.push_back(
        {first, e + 1 < nodes ? static_cast<int>(engine() % (e + 1)) : second,
         std::pow(10, -12 * uniform()), 2 * uniform() - 1});
  }
  return list;
}

class ExtremeWeightsTest : public ::testing::TestWithParam<std::uint32_t> {};

// A Cholesky factor of the Laplacian has relative errors up to 1e-4 here.
TEST_P(ExtremeWeightsTest, EveryDifferenceAndVarianceKeepsItsDigits) {
  const int nodes = 12;
  const std::vector<Edge> edges = ExtremeEdges(nodes, 30, GetParam());
  const Reference reference(nodes, edges);
  ASSERT_OK_AND_ASSIGN(const auto solved,
                       Elimination::Of(Evidence(nodes, edges).weight));
  const Eigen::VectorXd effects =
      solved.EffectsOfPairs(Evidence(nodes, edges).flow);
  const Eigen::MatrixXd variances = solved.PairVariances();
  for (int i = 0; i < nodes; ++i) {
    for (int j = 0; j < i; ++j) {
      const double variance = reference.Variance(i, j);
      EXPECT_NEAR(variances(i, j), variance, 1e-13 * variance);
      EXPECT_NEAR(effects[i] - effects[j], reference.Difference(i, j), 1e-13);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExtremeWeightsTest,
                         ::testing::Range<std::uint32_t>(1, 21));

}  // namespace
}  // namespace tidemark::nma
