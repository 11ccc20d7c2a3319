#include "server/resume_token.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

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

ResumeTokens TokensOf(const std::string& review,
                      const std::vector<std::string>& analyses,
                      int64_t epoch = 1) {
  v1::WatchRequest request;
  request.set_review_id(review);
  for (const std::string& analysis : analyses) request.add_analyses(analysis);
  return ResumeTokens(request, epoch);
}

TEST(ResumeTokenTest, ReadsBackItsSequence) {
  const ResumeTokens tokens = TokensOf("knee", {"pain"});
  for (const int64_t sequence :
       {int64_t{0}, int64_t{1}, int64_t{255}, int64_t{256},
        std::numeric_limits<int64_t>::max()}) {
    EXPECT_THAT(tokens.Read(tokens.Make(sequence)), IsOkAndHolds(sequence));
  }
}

TEST(ResumeTokenTest, TheFilterIsASet) {
  const std::string token = TokensOf("knee", {"pain", "walk"}).Make(7);
  EXPECT_THAT(TokensOf("knee", {"walk", "pain", "walk"}).Read(token),
              IsOkAndHolds(7));
}

TEST(ResumeTokenTest, IsBoundToReviewAndFilter) {
  const std::string token = TokensOf("knee", {"pain"}).Make(7);
  for (const ResumeTokens& other :
       {TokensOf("hip", {"pain"}), TokensOf("knee", {}),
        TokensOf("knee", {"walk"}), TokensOf("knee", {"pain", "walk"})}) {
    EXPECT_THAT(other.Read(token),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("another review or filter")));
  }
}

TEST(ResumeTokenTest, IsBoundToTheEpoch) {
  const std::string token = TokensOf("knee", {}, 1).Make(7);
  EXPECT_THAT(TokensOf("knee", {}, 2).Read(token),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("epoch 1 of the log, which is now in epoch "
                                 "2")));
}

TEST(ResumeTokenTest, RefusesWhatIsNone) {
  const ResumeTokens tokens = TokensOf("knee", {});
  const std::string token = tokens.Make(7);
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_THAT(tokens.Read(token.substr(0, size)), Not(IsOk()));
  }
  EXPECT_THAT(tokens.Read(token + "x"), Not(IsOk()));
  EXPECT_THAT(tokens.Read(tokens.Make(-1)), Not(IsOk()));
  std::string version = token;
  version[0] = 2;
  EXPECT_THAT(tokens.Read(version),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("resume_token: is not a resume token")));
}

}  // namespace
}  // namespace tidemark::server
