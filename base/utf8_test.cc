#include "base/utf8.h"

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace tidemark {
namespace {

TEST(Utf8Test, TakesEveryLengthAndTheLimitsOfEach) {
  for (const absl::string_view good :
       {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF",
        "Müller – 細胞"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
}

TEST(Utf8Test, RefusesWhatIsNotShortestOrNotACharacter) {
  for (const absl::string_view bad :
       {"\x80", "\xC1\xBF", "\xC2", "\xC2\x20", "\xE0\x9F\xBF", "\xE2\x82",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80", "\xFF", "ok\xC3"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(Utf8Test, ConsumesOneCharacterOrNothing) {
  absl::string_view text = "\u2014x\xFF";
  char32_t character = 0;
  EXPECT_TRUE(ConsumeUtf8(&text, &character));
  EXPECT_EQ(character, U'\u2014');
  EXPECT_TRUE(ConsumeUtf8(&text, &character));
  EXPECT_FALSE(ConsumeUtf8(&text, &character));
  EXPECT_EQ(character, U'x');
  EXPECT_EQ(text.size(), 1);
}

TEST(Utf8Test, FindsWhereTextStopsBeingUtf8) {
  EXPECT_EQ(FirstInvalidUtf8("caf\xE9"), 3);           // Latin-1
  EXPECT_EQ(FirstInvalidUtf8("a\x80"), 1);             // no lead byte
  EXPECT_EQ(FirstInvalidUtf8("\xC0\xAF"), 0);          // overlong
  EXPECT_EQ(FirstInvalidUtf8("\xE0\x9F\xBF"), 0);      // overlong
  EXPECT_EQ(FirstInvalidUtf8("\xED\xA0\x80"), 0);      // surrogate
  EXPECT_EQ(FirstInvalidUtf8("\xF4\x90\x80\x80"), 0);  // beyond U+10FFFF
  EXPECT_EQ(FirstInvalidUtf8("ab\xE2\x82"), 2);        // cut off
}

}  // namespace
}  // namespace tidemark
