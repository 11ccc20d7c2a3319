#include "audit/sha256.h"

#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

// FIPS 180-4, the example "abc".
constexpr char kAbcHex[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256Test, IsTheStandardHash) {
  EXPECT_EQ(ToHex(Sha256("abc")), kAbcHex);
}

TEST(Sha256Test, HasherIsOfTheConcatenationAndStartsAfresh) {
  Sha256Hasher hasher;
  EXPECT_EQ(ToHex(hasher.Update("a").Update("").Update("bc").Finish()),
            kAbcHex);
  EXPECT_EQ(ToHex(hasher.Update("abc").Finish()), kAbcHex);
}

TEST(DigestTest, RoundTripsThroughHexAndBytes) {
  const Digest digest = Sha256("abc");
  EXPECT_THAT(DigestFromHex(ToHex(digest)), IsOkAndHolds(digest));
  EXPECT_THAT(DigestFromBytes(AsBytes(digest)), IsOkAndHolds(digest));
}

TEST(DigestTest, RefusesOtherLengthsAndDigits) {
  const std::string hex = kAbcHex;
  for (const std::string& bad :
       {std::string(), hex.substr(1), hex + "0", "g" + hex.substr(1)}) {
    EXPECT_THAT(DigestFromHex(bad),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("64")));
  }
  EXPECT_THAT(DigestFromBytes(std::string(31, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("31")));
}

}  // namespace
}  // namespace tidemark::audit
