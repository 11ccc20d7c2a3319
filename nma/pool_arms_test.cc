#include "nma/pool_arms.h"

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

ContinuousArm Summarise(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {"A", mean, std::sqrt(squares / (n - 1)), n};
}

// A few rounding errors of numbers of order one.
constexpr double kTolerance = 1e-14;

TEST(PoolArmsTest, ContinuousEqualsTheSummaryOfAllPeople) {
  const std::vector<double> first = {1.5, 2.0, 4.5, 3.0};
  const std::vector<double> second = {0.5, 6.0, 2.5};
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  const ContinuousArm pooled = Pool(Summarise(first), Summarise(second));
  const ContinuousArm expected = Summarise(all);
  EXPECT_NEAR(pooled.mean, expected.mean, kTolerance);
  EXPECT_NEAR(pooled.sd, expected.sd, kTolerance);
  EXPECT_EQ(pooled.n, expected.n);
}

TEST(PoolArmsTest, OrderDoesNotMatter) {
  const ContinuousArm a = {"A", 1.0, 0.5, 9};
  const ContinuousArm b = {"A", 3.0, 1.5, 20};
  const ContinuousArm c = {"A", 2.0, 1.0, 7};
  const ContinuousArm left = Pool(Pool(a, b), c);
  const ContinuousArm right = Pool(a, Pool(b, c));
  EXPECT_NEAR(left.mean, right.mean, kTolerance);
  EXPECT_NEAR(left.sd, right.sd, kTolerance);
}

TEST(PoolArmsTest, BinaryAndRateAddUp) {
  const BinaryArm binary = Pool(BinaryArm{"A", 3, 10}, BinaryArm{"A", 4, 20});
  EXPECT_EQ(binary.events, 7);
  EXPECT_EQ(binary.total, 30);
  const RateArm rate = Pool(RateArm{"A", 3, 10.5}, RateArm{"A", 4, 2});
  EXPECT_EQ(rate.events, 7);
  EXPECT_EQ(rate.exposure, 12.5);
}

}  // namespace
}  // namespace tidemark::nma
