#include "review/rescale.h"

#include <random>
#include <string>

#include "gtest/gtest.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

constexpr double kTolerance = 1e-12;

v1::Outcome OutcomeOf(double min, double max, bool lower_is_better = true) {
  v1::Outcome outcome;
  outcome.set_scale_min(min);
  outcome.set_scale_max(max);
  outcome.set_direction(lower_is_better ? v1::Outcome::LOWER_IS_BETTER
                                        : v1::Outcome::HIGHER_IS_BETTER);
  return outcome;
}

v1::Instrument InstrumentOf(double min, double max, bool lower_is_better) {
  v1::Instrument instrument;
  instrument.set_id("x");
  instrument.set_scale_min(min);
  instrument.set_scale_max(max);
  instrument.set_direction(lower_is_better ? v1::Outcome::LOWER_IS_BETTER
                                           : v1::Outcome::HIGHER_IS_BETTER);
  return instrument;
}

double Map(const Rescaling& scale, double x) {
  return scale.offset + scale.factor * x;
}

TEST(RescaleTest, TheSameScaleIsLeftAlone) {
  EXPECT_TRUE(
      MakeRescaling(InstrumentOf(0, 10, true), OutcomeOf(0, 10)).identity());
  EXPECT_FALSE(
      MakeRescaling(InstrumentOf(0, 10, false), OutcomeOf(0, 10)).identity());
  EXPECT_FALSE(
      MakeRescaling(InstrumentOf(0, 100, true), OutcomeOf(0, 10)).identity());
}

TEST(RescaleTest, EndsAreMatchedAndReversedIfDirectionsDiffer) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> low(-100, 100);
  std::uniform_real_distribution<double> width(0.1, 200);
  for (int i = 0; i < 1000; ++i) {
    const double a = low(random);
    const double b = a + width(random);
    const v1::Outcome outcome = OutcomeOf(low(random), 0);
    v1::Outcome to = outcome;
    to.set_scale_max(to.scale_min() + width(random));
    const Rescaling same = MakeRescaling(InstrumentOf(a, b, true), to);
    EXPECT_NEAR(Map(same, a), to.scale_min(), 1e-9);
    EXPECT_NEAR(Map(same, b), to.scale_max(), 1e-9);
    const Rescaling reversed = MakeRescaling(InstrumentOf(a, b, false), to);
    EXPECT_NEAR(Map(reversed, a), to.scale_max(), 1e-9);
    EXPECT_NEAR(Map(reversed, b), to.scale_min(), 1e-9);
  }
}

TEST(RescaleTest, MappingThereAndBackIsTheIdentity) {
  for (const bool lower_is_better : {true, false}) {
    const Rescaling there = MakeRescaling(
        InstrumentOf(20, 100, lower_is_better), OutcomeOf(-1, 9, true));
    const Rescaling back = MakeRescaling(InstrumentOf(-1, 9, true),
                                         OutcomeOf(20, 100, lower_is_better));
    for (const double x : {20.0, 33.0, 99.5, 100.0}) {
      EXPECT_NEAR(Map(back, Map(there, x)), x, 1e-10);
    }
    EXPECT_NEAR(there.factor * back.factor, 1, kTolerance);
  }
}

// What a participant lost in points must not depend on where the scale starts.
TEST(RescaleTest, TheFactorAloneMapsDifferences) {
  const Rescaling scale =
      MakeRescaling(InstrumentOf(20, 100, false), OutcomeOf(0, 10));
  EXPECT_NEAR(Map(scale, 70) - Map(scale, 50), scale.factor * 20, kTolerance);
  EXPECT_LT(scale.factor, 0);
}

TEST(KeepsZeroTest, NeedsTheSameZeroAndDirection) {
  const auto keeps = [](double from, double to, bool lower_is_better,
                        const v1::Outcome& outcome) {
    return KeepsZero(
        MakeRescaling(InstrumentOf(from, to, lower_is_better), outcome),
        outcome);
  };
  EXPECT_TRUE(keeps(0, 100, true, OutcomeOf(0, 10)));
  EXPECT_TRUE(keeps(20, 80, true, OutcomeOf(2, 8)));
  EXPECT_FALSE(keeps(1, 11, true, OutcomeOf(0, 10)));
  EXPECT_FALSE(keeps(0, 10, true, OutcomeOf(1, 11)));
  EXPECT_FALSE(keeps(0, 10, false, OutcomeOf(0, 10)));
  // y = -x has no offset, but turns ratios around.
  EXPECT_FALSE(keeps(0, 10, false, OutcomeOf(-10, 0)));
  // 1 / 3 * 0.3 is not 0.1 in binary.
  EXPECT_TRUE(keeps(0.3, 2.1, true, OutcomeOf(0.1, 0.7)));
}

TEST(DescribeTest, SaysWhatWasDone) {
  EXPECT_EQ(Describe(InstrumentOf(0, 10, true), OutcomeOf(0, 10)),
            "instrument x");
  EXPECT_EQ(Describe(InstrumentOf(0, 100, true), OutcomeOf(0, 10)),
            "instrument x, rescaled from 0-100 to 0-10");
  EXPECT_EQ(Describe(InstrumentOf(0, 10, false), OutcomeOf(0, 10)),
            "instrument x, rescaled from 0-10 to 0-10 and reversed");
}

}  // namespace
}  // namespace tidemark::review
