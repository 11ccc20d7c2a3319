#include "server/log_key.h"

#include <string>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

using ::testing::MatchesRegex;

std::string OriginOf(const audit::KeySeed& seed, const std::string& review,
                     int64_t epoch) {
  const auto signer = MakeLogSigner(seed, review, epoch);
  EXPECT_OK(signer);
  return signer.ok() ? signer->name() : "";
}

TEST(LogKeyTest, TheOriginNamesKeyReviewAndEpoch) {
  EXPECT_THAT(OriginOf({1}, "knee-msc", 1),
              MatchesRegex("tidemark/[0-9a-f]{8}/knee-msc/1"));
  EXPECT_EQ(OriginOf({1}, "knee-msc", 1), OriginOf({1}, "knee-msc", 1));
}

TEST(LogKeyTest, NoTwoLogsShareAnOrigin) {
  const std::string origin = OriginOf({1}, "knee", 1);
  EXPECT_NE(origin, OriginOf({2}, "knee", 1));
  EXPECT_NE(origin, OriginOf({1}, "hip", 1));
  EXPECT_NE(origin, OriginOf({1}, "knee", 2));
}

TEST(LogKeyTest, TheKeyIsTheServersWhateverTheReview) {
  ASSERT_OK_AND_ASSIGN(const audit::Signer knee, MakeLogSigner({1}, "knee", 1));
  ASSERT_OK_AND_ASSIGN(const audit::Signer hip, MakeLogSigner({1}, "hip", 3));
  const auto key = [](const std::string& vkey) {
    return vkey.substr(vkey.rfind('+'));
  };
  EXPECT_EQ(key(knee.vkey()), key(hip.vkey()));
}

}  // namespace
}  // namespace tidemark::server
