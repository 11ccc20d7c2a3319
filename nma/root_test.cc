#include "nma/root.h"

#include <cmath>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::tidemark::testing::StatusIs;

absl::StatusOr<double> Falling(double x) { return 2 - x * x; }

TEST(RootTest, WithinABracketHasFullPrecision) {
  EXPECT_NEAR(RootWithin(Falling, {0, 2, 2, -2}).value(), std::sqrt(2), 3e-16);
}

TEST(RootTest, AnEndCanBeTheRoot) {
  const auto line = [](double x) -> absl::StatusOr<double> { return 1 - x; };
  EXPECT_EQ(RootWithin(line, {1, 3, 0, -2}).value(), 1);
  EXPECT_EQ(RootWithin(line, {0, 1, 1, 0}).value(), 1);
  EXPECT_EQ(RootWithin(line, {0, 0.5, 1, 0.5}).value(), 0.5);
}

TEST(RootTest, IsFoundFarFromBothEnds) {
  const auto f = [](double x) -> absl::StatusOr<double> { return 1e-60 - x; };
  EXPECT_NEAR(RootWithin(f, {0, 1e60, 1e-60, -1e60}).value() / 1e-60, 1, 1e-15);
}

TEST(RootTest, IsFoundAtTheEndsOfTheRangeOfDouble) {
  for (const double unit : {1e-300, 1e300}) {
    const auto f = [unit](double x) -> absl::StatusOr<double> {
      return (unit - x) * (1 + x / unit);
    };
    EXPECT_NEAR(RootWithin(f, {0, 3 * unit, unit, -8 * unit}).value() / unit, 1,
                1e-15);
  }
}

TEST(RootTest, AboveAPointIsFoundByDoubling) {
  EXPECT_NEAR(RootAbove(Falling, 0, 1e-6).value(), std::sqrt(2), 3e-16);
  EXPECT_NEAR(RootAbove(Falling, 1, 100).value(), std::sqrt(2), 3e-16);
}

TEST(RootTest, AboveAPointIsInfiniteIfThereIsNone) {
  const auto positive = [](double) -> absl::StatusOr<double> { return 1; };
  EXPECT_TRUE(std::isinf(RootAbove(positive, 0, 1).value()));
}

// The function is almost a straight line far from its root and bends near it,
// so a step that is small to a far start need not be small to the root.
TEST(RootTest, SecantsHaveFullPrecisionFromAnywhereInAnyUnit) {
  for (const double unit : {1e-200, 1e-8, 1.0, 1e8, 1e150}) {
    const auto f = [unit](double x) -> absl::StatusOr<double> {
      return x / unit + x / (x + unit) - 1.5;
    };
    for (const double start : {0.5, 1.0, 2.0, 1e3, 1e8, 1e15}) {
      const absl::StatusOr<std::optional<double>> root =
          RootBySecants(f, start * unit, f(start * unit).value(), 1 / unit,
                        /*origin=*/-unit, {0, 1e300});
      ASSERT_TRUE(root->has_value()) << unit << " " << start;
      // The last step leaves the product of two errors, some 1e-15.
      EXPECT_NEAR(**root / unit, 1, 1e-14) << unit << " " << start;
    }
  }
}

TEST(RootTest, ErrorsOfTheFunctionArePassedOn) {
  const auto fails = [](double x) -> absl::StatusOr<double> {
    if (x == 0) return 1;
    return absl::FailedPreconditionError("no");
  };
  const auto failed = StatusIs(absl::StatusCode::kFailedPrecondition, "no");
  EXPECT_THAT(RootWithin(fails, {0, 1, 1, -1}), failed);
  EXPECT_THAT(RootAbove(fails, 0, 1), failed);
}

TEST(RootBySecantsTest, TakesFourEvaluationsOfAnAlmostStraightLine) {
  int evaluations = 0;
  const auto curve = [&](double x) -> absl::StatusOr<double> {
    ++evaluations;
    return std::log(x) + 0.01 * (x - 2) * x;
  };
  // Where a bracket closes.
  ASSERT_OK_AND_ASSIGN(const double expected,
                       RootWithin(curve, {0.5, 3, *curve(0.5), *curve(3)}));
  evaluations = 0;
  ASSERT_OK_AND_ASSIGN(const auto root, RootBySecants(curve, 1.02, *curve(1.02),
                                                      0.9, 1, {0, 9}));
  ASSERT_TRUE(root.has_value());
  EXPECT_NEAR(*root, expected, 1e-15);
  EXPECT_LE(evaluations, 5);
}

TEST(RootBySecantsTest, GivesUpWhereThereIsNoRoot) {
  const auto bowl = [](double x) -> absl::StatusOr<double> {
    return x * x + 1;
  };
  ASSERT_OK_AND_ASSIGN(const auto none,
                       RootBySecants(bowl, 1, 2, 2, 0, {0, 100}));
  EXPECT_FALSE(none.has_value());
  const auto line = [](double x) -> absl::StatusOr<double> { return x; };
  ASSERT_OK_AND_ASSIGN(const auto outside,
                       RootBySecants(line, 1, 1, 1, 0, {0.5, 2}));
  EXPECT_FALSE(outside.has_value());
}

TEST(RootBySecantsTest, PassesErrorsOn) {
  const auto failing = [](double) -> absl::StatusOr<double> {
    return absl::FailedPreconditionError("no");
  };
  EXPECT_THAT(RootBySecants(failing, 5, 1, 1, 0, {0, 9}),
              StatusIs(absl::StatusCode::kFailedPrecondition, ::testing::_));
}

}  // namespace
}  // namespace tidemark::nma
