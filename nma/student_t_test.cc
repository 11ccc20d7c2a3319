#include "nma/student_t.h"

#include <cmath>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

constexpr double kPi = 3.141592653589793;

TEST(StudentTTest, TailHasClosedForms) {
  for (const double t : {0.0, 0.3, 1.0, 12.0, 1e4, 1e9}) {
    const double one = std::atan2(1, t) / kPi;
    EXPECT_NEAR(StudentTTail(t, 1) / one, 1, 1e-14) << t;
    const double root = std::sqrt(2 + t * t);
    EXPECT_NEAR(StudentTTail(t, 2) / (1 / (root * (root + t))), 1, 1e-14) << t;
  }
  EXPECT_EQ(StudentTTail(0, 7), 0.5);
}

TEST(StudentTTest, QuantileHasClosedForms) {
  for (const double level : {0.01, 0.5, 0.8, 0.95, 0.99, 0.9999, 1 - 1e-12}) {
    const double tail = (1 - level) / 2;
    EXPECT_NEAR(StudentTTwoSidedQuantile(level, 1) * std::tan(kPi * tail), 1,
                1e-13);
    EXPECT_NEAR(StudentTTwoSidedQuantile(level, 2) *
                    std::sqrt(2 * tail * (1 - tail)) / level,
                1, 1e-13);
  }
}

TEST(StudentTTest, QuantileInvertsTheTail) {
  // mpmath, 40 digits.
  EXPECT_NEAR(StudentTTwoSidedQuantile(0.95, 10), 2.228138851986274, 2e-15);
  for (const int df : {1, 2, 3, 8, 40, 1000, 1000000}) {
    for (const double level : {0.1, 0.5, 0.95, 0.999}) {
      EXPECT_NEAR(2 * StudentTTail(StudentTTwoSidedQuantile(level, df), df),
                  1 - level, 1e-14);
    }
  }
}

TEST(StudentTTest, IsNormalInTheLimit) {
  EXPECT_NEAR(StudentTTwoSidedQuantile(0.95, 2000000000), 1.959963984540054,
              1e-8);
}

}  // namespace
}  // namespace tidemark::nma
