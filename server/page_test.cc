#include "server/page.h"

#include <limits>
#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::Not;
using testing::StatusIs;

TEST(PageTokenTest, ReadsBackWhatItWasMadeOf) {
  for (const std::string& after :
       {std::string(), std::string("matas-2019"), std::string("a\nb\n"),
        std::string("\0\xFF", 2)}) {
    ASSERT_OK_AND_ASSIGN(
        const PagePosition position,
        ReadPageToken("request", MakePageToken("request", {7, after})));
    EXPECT_EQ(position.sequence, 7);
    EXPECT_EQ(position.after, after);
  }
}

TEST(PageTokenTest, IsBoundToItsRequest) {
  EXPECT_THAT(
      ReadPageToken("other", MakePageToken("request", {7, "a"})),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page_token: ")));
}

TEST(PageTokenTest, NoPageIsPinnedBeforeTheLog) {
  EXPECT_THAT(ReadPageToken("request", MakePageToken("request", {-1, "a"})),
              Not(IsOk()));
}

TEST(PageTokenTest, EveryPartOfATokenIsNone) {
  const std::string token = MakePageToken("request", {7, "a"});
  for (size_t size = 0; size < 16; ++size) {
    EXPECT_THAT(ReadPageToken("request", token.substr(0, size)), Not(IsOk()));
  }
  EXPECT_THAT(ReadPageToken("request", "!" + token), Not(IsOk()));
}

TEST(PageSizeTest, HasADefaultAndALimit) {
  EXPECT_THAT(PageSize(0), IsOkAndHolds(100));
  EXPECT_THAT(PageSize(1), IsOkAndHolds(1));
  EXPECT_THAT(PageSize(1000), IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(std::numeric_limits<int32_t>::max()),
              IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(-1), StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("page_size: ")));
}

}  // namespace
}  // namespace tidemark::server
