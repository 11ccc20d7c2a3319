#include "client/report/text_width.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::report {
namespace {

using ::testing::ElementsAre;

// Widths in units of 1/2048 em that the font's designers published: those of
// Arial (Helvetica's 556, 278 and 944 of 1000).
TEST(TextWidthTest, IsThatOfArial) {
  EXPECT_NEAR(TextWidth("a", 1000), 556, 1);
  EXPECT_NEAR(TextWidth(" ", 1000), 278, 1);
  EXPECT_NEAR(TextWidth("W", 1000), 944, 1);
  EXPECT_NEAR(TextWidth("a", 1000, Weight::kBold), 556, 1);
  EXPECT_NEAR(TextWidth("i", 1000, Weight::kBold), 278, 1);
}

TEST(TextWidthTest, AddsUpOverCharacters) {
  EXPECT_DOUBLE_EQ(TextWidth("", 12), 0);
  EXPECT_DOUBLE_EQ(TextWidth("aW", 12),
                   TextWidth("a", 12) + TextWidth("W", 12));
  EXPECT_DOUBLE_EQ(TextWidth("τ²", 24), 2 * TextWidth("τ²", 12));
}

TEST(TextWidthTest, WhatTheFontDoesNotHaveIsAnEm) {
  EXPECT_DOUBLE_EQ(TextWidth("漢", 10), 10);
  EXPECT_DOUBLE_EQ(TextWidth("\xff", 10), 10);
  EXPECT_DOUBLE_EQ(TextWidth("\xe2\x82", 10), 20);
}

TEST(TextWidthTest, FitsWithAnEllipsis) {
  EXPECT_EQ(FitText("saline", 100, 10), "saline");
  const std::string fitted = FitText("hyaluronic acid", 40, 10);
  EXPECT_EQ(fitted, "hyalur…");
  EXPECT_LE(TextWidth(fitted, 10), 40);
  EXPECT_EQ(FitText("Müller", 20, 10), "M…");
}

TEST(TextWidthTest, WrapsAtSpaces) {
  EXPECT_THAT(WrapText("one or two injections", 50, 10),
              ElementsAre("one or two", "injections"));
  EXPECT_THAT(WrapText("", 50, 10), ElementsAre(""));
  for (const std::string& line :
       WrapText("Überempfindlichkeitsreaktionen nach Injektion", 60, 10)) {
    EXPECT_LE(TextWidth(line, 10), 60) << line;
  }
  EXPECT_THAT(WrapText("漢字", 5, 10), ElementsAre("漢", "字"));
}

}  // namespace
}  // namespace tidemark::report
