#include "client/cli/sparkline.h"

#include <cstdlib>
#include <optional>

#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(SparklineTest, GoesFromTheSmallestToTheLargest) {
  EXPECT_EQ(Sparkline({0, 1, 2, 3, 4, 5, 6, 7}, true), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline({-1, 7, -1}, false), "_@_");
}

TEST(SparklineTest, WhatIsNotThereIsAGap) {
  EXPECT_EQ(Sparkline({std::nullopt, 0, std::nullopt, 1}, true), "·▁·█");
  EXPECT_EQ(Sparkline({std::nullopt, 0, 1}, false), " _@");
  EXPECT_EQ(Sparkline({}, true), "");
}

TEST(SparklineTest, EqualValuesAreInTheMiddle) {
  EXPECT_EQ(Sparkline({3, 3}, true), "▅▅");
}

TEST(TerminalIsUtf8Test, TheFirstVariableThatIsSetDecides) {
  setenv("LANG", "en_US.UTF-8", 1);
  unsetenv("LC_CTYPE");
  setenv("LC_ALL", "", 1);
  EXPECT_TRUE(TerminalIsUtf8());
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(TerminalIsUtf8());
  setenv("LC_ALL", "C.utf8", 1);
  EXPECT_TRUE(TerminalIsUtf8());
}

}  // namespace
}  // namespace tidemark::cli
