#include "nma/grounded_laplacian.h"

#include <cmath>

#include "Eigen/Dense"
#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::tidemark::testing::StatusIs;

// A triangle with weights 1, 2 and 3.
Eigen::MatrixXd Triangle() {
  return (Eigen::MatrixXd(3, 3) << 3, -1, -2,  //
          -1, 4, -3,                           //
          -2, -3, 5)
      .finished();
}

double Resistance(const Eigen::MatrixXd& inverse, int i, int j) {
  return inverse(i, i) + inverse(j, j) - 2 * inverse(i, j);
}

TEST(GroundedLaplacianTest, SolvesForDifferencesToTheGround) {
  const Eigen::Vector3d flow(1, -3, 2);
  for (int ground = 0; ground < 3; ++ground) {
    ASSERT_OK_AND_ASSIGN(const auto factor,
                         GroundedLaplacian::Factor(Triangle(), ground));
    const Eigen::VectorXd theta = factor.Solve(flow);
    EXPECT_EQ(theta[ground], 0);
    EXPECT_TRUE((Triangle() * theta).isApprox(flow, 1e-14));
  }
}

TEST(GroundedLaplacianTest, InverseHasTheEffectiveResistances) {
  for (int ground = 0; ground < 3; ++ground) {
    ASSERT_OK_AND_ASSIGN(const auto factor,
                         GroundedLaplacian::Factor(Triangle(), ground));
    const Eigen::MatrixXd inverse = factor.Inverse();
    EXPECT_TRUE(inverse.row(ground).isZero(0));
    // Edge 0-1 of weight 1 beside the path 0-2-1 of weights 2 and 3.
    EXPECT_NEAR(Resistance(inverse, 0, 1), 1 / (1 + 1 / (0.5 + 1 / 3.0)),
                1e-15);
  }
}

TEST(GroundedLaplacianTest, DeterminantCountsSpanningTrees) {
  for (int ground = 0; ground < 3; ++ground) {
    ASSERT_OK_AND_ASSIGN(const auto factor,
                         GroundedLaplacian::Factor(Triangle(), ground));
    // 1*2 + 1*3 + 2*3 by the matrix-tree theorem.
    EXPECT_NEAR(factor.LogDeterminant(), std::log(11), 1e-14);
  }
}

TEST(GroundedLaplacianTest, TraceIsThatOfTheProduct) {
  const Eigen::MatrixXd other = 2 * Triangle();
  ASSERT_OK_AND_ASSIGN(const auto factor,
                       GroundedLaplacian::Factor(Triangle(), 1));
  EXPECT_NEAR(factor.TraceOfInverseTimes(other), 4, 1e-14);
}

TEST(GroundedLaplacianTest, UnitsScaleTheInverseOnly) {
  ASSERT_OK_AND_ASSIGN(const auto one,
                       GroundedLaplacian::Factor(Triangle(), 0));
  ASSERT_OK_AND_ASSIGN(const auto other,
                       GroundedLaplacian::Factor(1e-12 * Triangle(), 0));
  EXPECT_TRUE((1e-12 * other.Inverse()).isApprox(one.Inverse(), 1e-14));
}

TEST(GroundedLaplacianTest, RefusesADisconnectedNetwork) {
  Eigen::MatrixXd laplacian = Eigen::MatrixXd::Zero(4, 4);
  laplacian.topLeftCorner(2, 2) << 1, -1, -1, 1;
  laplacian.bottomRightCorner(2, 2) << 1, -1, -1, 1;
  EXPECT_THAT(GroundedLaplacian::Factor(laplacian, 0),
              StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::_));
}

TEST(GroundedLaplacianTest, RefusesWeightsThatDoublesCannotHoldTogether) {
  // A chain 0 - 1 - 2 of weights 1 and 1e17: 1 + 1e17 loses the 1.
  const Eigen::MatrixXd laplacian = (Eigen::MatrixXd(3, 3) << 1, -1, 0,  //
                                     -1, 1e17, -1e17,                    //
                                     0, -1e17, 1e17)
                                        .finished();
  EXPECT_THAT(GroundedLaplacian::Factor(laplacian, 0),
              StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::_));
}

}  // namespace
}  // namespace tidemark::nma
