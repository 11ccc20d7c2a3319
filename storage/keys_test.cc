#include "storage/keys.h"

#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::storage {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

TEST(KeysTest, ByteOrderIsTheOrderOfTheParts) {
  const std::vector<std::string> strings = {"",   "\x01", "a",   "a\x01",
                                            "ab", "b",    "\xFF"};
  const std::vector<int64_t> numbers = {
      0, 1, 255, 256, int64_t{1} << 40, std::numeric_limits<int64_t>::max()};
  std::vector<std::tuple<std::string, std::string, int64_t>> tuples;
  for (const std::string& first : strings) {
    for (const std::string& second : strings) {
      for (const int64_t number : numbers) {
        tuples.emplace_back(first, second, number);
      }
    }
  }
  const auto key = [](const auto& tuple) {
    return VersionKey(std::get<0>(tuple), std::get<1>(tuple),
                      std::get<2>(tuple));
  };
  for (const auto& a : tuples) {
    for (const auto& b : tuples) EXPECT_EQ(key(a) < key(b), a < b);
  }
}

TEST(KeysTest, ReaderTakesApartWhatTheWriterBuilt) {
  const std::string key =
      KeyWriter().String("r").Byte(7).Int(258).String("").Take();
  KeyReader reader(key);
  std::string text;
  uint8_t byte = 0;
  int64_t number = 0;
  EXPECT_TRUE(reader.String(&text) && reader.Byte(&byte) &&
              reader.Int(&number));
  EXPECT_EQ(text, "r");
  EXPECT_EQ(byte, 7);
  EXPECT_EQ(number, 258);
  EXPECT_FALSE(reader.AtEnd());
  EXPECT_FALSE(reader.Int(&number));
  EXPECT_TRUE(reader.String(&text));
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_FALSE(reader.String(&text));
  EXPECT_FALSE(reader.Byte(&byte));
}

TEST(KeysTest, ReaderRefusesNegativeIntegers) {
  int64_t number = 5;
  EXPECT_FALSE(KeyReader(std::string(8, '\xFF')).Int(&number));
  EXPECT_EQ(number, 5);
}

TEST(KeysTest, PrefixEndIsAfterAllKeysWithThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xFF"), "b");
  EXPECT_EQ(PrefixEnd(std::string("r\0", 2)), "r\x01");
}

TEST(CheckIdTest, RefusesEmptyLongAndNul) {
  EXPECT_OK(CheckId("trial", std::string(kMaxIdBytes, 'x')));
  for (const std::string& bad :
       {std::string(), std::string(kMaxIdBytes + 1, 'x'),
        std::string("a\0b", 3)}) {
    EXPECT_THAT(CheckId("trial", bad),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("id of a trial")));
  }
}

// docs/formats.md shows these.
TEST(KeysTest, HaveTheDocumentedBytes) {
  EXPECT_EQ(LogKey("r", 2), std::string("r\0\0\0\0\0\0\0\0\x02", 10));
  EXPECT_EQ(MerkleKey("r", 1, 3), std::string("r\0\x01\0\0\0\0\0\0\0\x03", 11));
  EXPECT_EQ(VersionKey("r", "t1", 2),
            std::string("r\0t1\0\0\0\0\0\0\0\0\x02", 13));
  EXPECT_EQ(RequestKey("r", "q"), std::string("request\0r\0q\0", 12));
}

}  // namespace
}  // namespace tidemark::storage
