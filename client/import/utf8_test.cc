#include "client/import/utf8.h"

#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

TEST(Utf8Test, AcceptsEveryLengthOfCharacter) {
  EXPECT_EQ(FirstInvalidUtf8(""), std::nullopt);
  EXPECT_EQ(FirstInvalidUtf8("A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
            std::nullopt);
  EXPECT_EQ(FirstInvalidUtf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"),
            std::nullopt);
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
}  // namespace tidemark::client
