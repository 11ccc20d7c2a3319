#include "audit/utf8.h"

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
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

}  // namespace
}  // namespace tidemark::audit
