#include "nma/chi_square.h"

#include <cmath>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

// With 2 degrees of freedom: exp(-x / 2).
TEST(ChiSquareTest, TailKeepsItsDigits) {
  EXPECT_EQ(ChiSquareTail(0, 2), 1);
  EXPECT_NEAR(ChiSquareTail(1, 2), std::exp(-0.5), 1e-16);
  EXPECT_NEAR(ChiSquareTail(600, 2) / std::exp(-300), 1, 1e-13);
}

TEST(ChiSquareTest, QuantilesHaveAClosedForm) {
  for (const double p : {1e-15, 1e-4, 0.025, 0.5, 0.975}) {
    EXPECT_NEAR(ChiSquareUpperQuantile(p, 2) / (-2 * std::log(p)), 1, 1e-14);
    EXPECT_NEAR(ChiSquareLowerQuantile(p, 2) / (-2 * std::log1p(-p)), 1, 1e-14);
  }
}

TEST(ChiSquareTest, QuantilesInvertTheTail) {
  for (const int df : {1, 3, 12, 100, 5000}) {
    for (const double p : {1e-12, 0.005, 0.025, 0.4}) {
      EXPECT_NEAR(ChiSquareTail(ChiSquareUpperQuantile(p, df), df) / p, 1,
                  1e-13);
      EXPECT_NEAR(1 - ChiSquareTail(ChiSquareLowerQuantile(p, df), df), p,
                  1e-14);
    }
  }
  EXPECT_NEAR(ChiSquareUpperQuantile(0.05, 1), 3.841458820694124, 1e-14);
}

}  // namespace
}  // namespace tidemark::nma
