#include "nma/quasi_normal.h"

#include <cmath>

#include "gtest/gtest.h"
#include "nma/normal.h"

namespace tidemark::nma {
namespace {

TEST(QuasiNormalTest, EveryCoordinateOfEveryReplicateIsStratified) {
  constexpr int kDimension = 12;
  constexpr int kPoints = 256;
  QuasiNormal normal(kDimension, 3);
  Eigen::VectorXd point(kDimension);
  Eigen::MatrixXi hits[3];
  for (auto& h : hits) h = Eigen::MatrixXi::Zero(kDimension, kPoints);
  for (int k = 0; k < kPoints; ++k) {
    if (k > 0) normal.Next();
    for (int replicate = 0; replicate < 3; ++replicate) {
      normal.Point(replicate, &point);
      for (int i = 0; i < kDimension; ++i) {
        const double u = NormalTail(-point[i]);
        ++hits[replicate](i, static_cast<int>(u * kPoints));
      }
    }
  }
  // Only a net with index 0 has one point in each of 256 equal intervals.
  for (const auto& h : hits) EXPECT_TRUE((h.array() == 1).all());
}

TEST(QuasiNormalTest, ReplicatesDiffer) {
  QuasiNormal normal(2, 2);
  Eigen::VectorXd first(2);
  Eigen::VectorXd second(2);
  normal.Point(0, &first);
  normal.Point(1, &second);
  EXPECT_NE(first, second);
}

TEST(QuasiNormalTest, PointsAreTheSameOnEveryMachine) {
  QuasiNormal normal(2, 1);
  normal.Next();
  Eigen::VectorXd point(2);
  normal.Point(0, &point);
  // The first two outputs of the engine, plus index 1: 1/2 everywhere.
  const double first = 2469588189546311528.0 * 0x1p-64 + 0.5;
  const double second = 2516265689700432462.0 * 0x1p-64 + 0.5;
  EXPECT_NEAR(point[0], NormalQuantile(first), 1e-14);
  EXPECT_NEAR(point[1], NormalQuantile(second), 1e-14);
}

TEST(QuasiNormalTest, LargestDimension) {
  QuasiNormal normal(QuasiNormal::kMaxDimension, 1);
  normal.Next();
  Eigen::VectorXd point(QuasiNormal::kMaxDimension);
  normal.Point(0, &point);
  EXPECT_TRUE(point.allFinite());
}

}  // namespace
}  // namespace tidemark::nma
