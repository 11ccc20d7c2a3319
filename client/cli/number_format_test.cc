#include "client/cli/number_format.h"

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(NumberFormatTest, ExactNumberReadsBackTheSame) {
  for (const double value : {0.1, 1.0 / 3, -22.591234567890123, 1e-300, 5e20}) {
    double back = 0;
    ASSERT_TRUE(absl::SimpleAtod(ExactNumber(value), &back));
    EXPECT_EQ(back, value);
  }
  EXPECT_EQ(ExactNumber(0.1), "0.1");
}

TEST(NumberFormatTest, ShownNumberHasSensibleDigits) {
  EXPECT_EQ(ShownNumber(-22.5912), "-22.59");
  EXPECT_EQ(ShownNumber(0.043123), "0.0431");
  EXPECT_EQ(ShownNumber(1250.4), "1250.40");
  EXPECT_EQ(ShownNumber(0), "0.00");
  EXPECT_EQ(ShownNumber(0.00000123), "1.23e-06");
}

TEST(NumberFormatTest, ShownIntervalTakesItsDigitsFromTheWidth) {
  EXPECT_EQ(ShownInterval(-22.5912, -35.9812, -9.2031),
            "-22.59 [-35.98, -9.20]");
  EXPECT_EQ(ShownInterval(0.51234, 0.31234, 0.71234), "0.512 [0.312, 0.712]");
  EXPECT_EQ(ShownInterval(-0.0001, -40, 40), "0.0 [-40.0, 40.0]");
}

TEST(NumberFormatTest, ShownPValueSaysWhenItIsTiny) {
  EXPECT_EQ(ShownPValue(0.04321), "0.0432");
  EXPECT_EQ(ShownPValue(0.00001), "<0.0001");
  EXPECT_EQ(ShownPValue(1), "1.0000");
}

TEST(ShownLevelTest, IsAPercentage) {
  EXPECT_EQ(ShownLevel(0.95), "95%");
  EXPECT_EQ(ShownLevel(0.975), "97.5%");
}

}  // namespace
}  // namespace tidemark::cli
