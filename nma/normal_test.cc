#include "nma/normal.h"

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

TEST(NormalTest, TailKeepsItsDigits) {
  EXPECT_EQ(NormalTail(0), 0.5);
  EXPECT_NEAR(NormalTail(1.959963984540054), 0.025, 1e-16);
  // qnorm of R: pnorm(20, lower.tail = FALSE).
  EXPECT_NEAR(NormalTail(20) / 2.7536241186062337e-89, 1, 1e-13);
}

TEST(NormalTest, QuantileInvertsTheTail) {
  EXPECT_NEAR(TwoSidedQuantile(0.95), 1.959963984540054, 1e-15);
  for (const double level : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    EXPECT_NEAR(2 * NormalTail(TwoSidedQuantile(level)), 1 - level, 1e-15);
  }
}

TEST(NormalTest, QuantileOfOneTail) {
  EXPECT_EQ(NormalQuantile(0.5), 0);
  // qnorm of R: qnorm(0.025), qnorm(1e-10).
  EXPECT_NEAR(NormalQuantile(0.025), -1.9599639845400545, 1e-15);
  EXPECT_NEAR(NormalQuantile(1e-10), -6.361340902404056, 1e-14);
  for (const double p : {0x1p-53, 0.01, 0.3, 0.9, 0.999}) {
    EXPECT_NEAR(NormalTail(-NormalQuantile(p)) / p, 1, 1e-14);
  }
}

}  // namespace
}  // namespace tidemark::nma
