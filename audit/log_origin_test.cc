#include "audit/log_origin.h"

#include <string>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::MatchesRegex;
using ::tidemark::testing::StatusIs;

std::string OriginOf(const KeySeed& seed, const std::string& review,
                     int64_t epoch) {
  const auto signer = FirstSignerOf(seed, review, epoch);
  EXPECT_OK(signer);
  return signer.ok() ? signer->name() : "";
}

TEST(LogOriginTest, TheOriginNamesKeyReviewAndEpoch) {
  EXPECT_THAT(OriginOf({1}, "knee-msc", 1),
              MatchesRegex("tidemark/[0-9a-f]{8}/knee-msc/1"));
  EXPECT_EQ(OriginOf({1}, "knee-msc", 1), OriginOf({1}, "knee-msc", 1));
}

TEST(LogOriginTest, NoTwoLogsShareAnOrigin) {
  const std::string origin = OriginOf({1}, "knee", 1);
  EXPECT_NE(origin, OriginOf({2}, "knee", 1));
  EXPECT_NE(origin, OriginOf({1}, "hip", 1));
  EXPECT_NE(origin, OriginOf({1}, "knee", 2));
}

TEST(LogOriginTest, TheKeyIsTheServersWhateverTheReview) {
  ASSERT_OK_AND_ASSIGN(const Signer knee, FirstSignerOf({1}, "knee", 1));
  ASSERT_OK_AND_ASSIGN(const Signer hip, FirstSignerOf({1}, "hip", 3));
  EXPECT_EQ(PublicPart(knee.vkey()), PublicPart(hip.vkey()));
}

// Base64 holds "+" too; a key that ends in one would else have no public part.
TEST(LogOriginTest, ThePublicPartIsAllOfTheKey) {
  EXPECT_EQ(PublicPart("tidemark/0123abcd/knee/1+920dfaad+AQ+hB7/zz+"),
            "AQ+hB7/zz+");
}

TEST(LogOriginTest, IsReadAsItIsWritten) {
  ASSERT_OK_AND_ASSIGN(const LogOrigin origin,
                       ParseLogOrigin("tidemark/0123abcd/knee/12"));
  EXPECT_EQ(origin.key, "0123abcd");
  EXPECT_EQ(origin.review, "knee");
  EXPECT_EQ(origin.epoch, 12);
  EXPECT_EQ(FormatLogOrigin(origin), "tidemark/0123abcd/knee/12");
}

TEST(LogOriginTest, RefusesOthers) {
  for (const char* other :
       {"", "example.org/log", "tidemark/0123abcd/knee", "tidemark/1/knee/1",
        "tidemark/0123abcd//1", "tidemark/0123abcd/knee/0",
        "tidemark/0123abcd/knee/01", "tidemark/0123abcd/knee/1/2"}) {
    EXPECT_THAT(ParseLogOrigin(other),
                StatusIs(absl::StatusCode::kInvalidArgument, _))
        << other;
  }
}

}  // namespace
}  // namespace tidemark::audit
