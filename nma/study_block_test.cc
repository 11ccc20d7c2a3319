#include "nma/study_block.h"

#include <cmath>

#include "Eigen/Dense"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

// Arms at nodes 1, 3 and 0 of a network of four.
StudyBlock ThreeArms() {
  return {{1, 3, 0},
          Eigen::Vector2d(0.5, -1),
          (Eigen::Matrix2d() << 3, 1, 1, 2).finished()};
}

Eigen::MatrixXd Design() {
  return (Eigen::MatrixXd(2, 4) << 0, -1, 0, 1,  //
          1, -1, 0, 0)
      .finished();
}

TEST(StudyBlockTest, HeterogeneityGivesEveryContrastTheSameVariance) {
  const Eigen::MatrixXd structure = HeterogeneityStructure(3);
  EXPECT_EQ(structure(0, 0), 1);
  EXPECT_EQ(structure(0, 0) + structure(1, 1) - 2 * structure(0, 1), 1);
}

TEST(StudyBlockTest, ShortcutsEqualTheProductWithTheStructure) {
  const Eigen::MatrixXd matrix =
      (Eigen::MatrixXd(3, 3) << 1, 2, 3, 4, 5, 6, 7, 8, 10).finished();
  const Eigen::MatrixXd structure = HeterogeneityStructure(3);
  EXPECT_NEAR(TraceTimesStructure(matrix), (matrix * structure).trace(), 1e-14);
  EXPECT_TRUE(StructureTimes(matrix).isApprox(structure * matrix, 1e-15));
}

TEST(StudyBlockTest, WeightIsTheInverseOfTheTotalCovariance) {
  const StudyBlock block = ThreeArms();
  const Eigen::MatrixXd total =
      block.covariance + 0.7 * HeterogeneityStructure(2);
  const BlockWeight weight = WeightAt(block, 0.7);
  EXPECT_TRUE(weight.weight.isApprox(total.inverse(), 1e-14));
  EXPECT_NEAR(weight.log_determinant, std::log(total.determinant()), 1e-14);
}

TEST(StudyBlockTest, WeightOfTwoArms) {
  const StudyBlock block{{0, 1},
                         Eigen::VectorXd::Constant(1, 2),
                         Eigen::MatrixXd::Constant(1, 1, 3)};
  EXPECT_EQ(WeightAt(block, 1).weight(0, 0), 0.25);
  EXPECT_EQ(WeightAt(block, 1).log_determinant, std::log(4.0));
}

TEST(StudyBlockTest, ScattersThroughItsDesign) {
  const StudyBlock block = ThreeArms();
  const Eigen::Vector4d theta(0.3, -0.2, 5, 0.9);
  EXPECT_TRUE(
      Residual(block, theta).isApprox(block.effects - Design() * theta, 1e-15));
}

TEST(StudyBlockTest, PairsAreTheQuadraticFormWithoutItsDiagonal) {
  const StudyBlock block = ThreeArms();
  Eigen::MatrixXd pairs = Eigen::MatrixXd::Zero(4, 4);
  AddPairWeights(block, block.covariance, &pairs);
  const Eigen::MatrixXd quadratic =
      Design().transpose() * block.covariance * Design();
  const Eigen::MatrixXd below =
      (-quadratic).eval().triangularView<Eigen::StrictlyLower>();
  EXPECT_TRUE(pairs.isApprox(below, 1e-15));
}

TEST(StudyBlockTest, FlowsOfPairsAddUpToTheFlowOfEachNode) {
  const StudyBlock block = ThreeArms();
  Eigen::MatrixXd pairs = Eigen::MatrixXd::Zero(4, 4);
  AddPairFlows(block, block.covariance, &pairs);
  const Eigen::MatrixXd flows = pairs - pairs.transpose();
  EXPECT_TRUE(flows.rowwise().sum().isApprox(
      Design().transpose() * block.covariance * block.effects, 1e-14));
}

}  // namespace
}  // namespace tidemark::nma
