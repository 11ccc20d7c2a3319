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

TEST(ResumeTokenTest, ReadsBackWhatItsHolderHas) {
  const ResumeTokens tokens = TokensOf("knee", {"pain"});
  for (const int64_t sequence :
       {int64_t{0}, int64_t{1}, int64_t{255}, int64_t{256},
        std::numeric_limits<int64_t>::max()}) {
    for (const ResumePoint& point :
         {ResumePoint{sequence}, ResumePoint{sequence, 0},
          ResumePoint{sequence, 3}}) {
      EXPECT_THAT(tokens.Read(tokens.Make(point)), IsOkAndHolds(point));
    }
  }
}

TEST(ResumeTokenTest, TheFilterIsASet) {
  const std::string token = TokensOf("knee", {"pain", "walk"}).Make({7});
  EXPECT_THAT(TokensOf("knee", {"walk", "pain", "walk"}).Read(token),
              IsOkAndHolds(ResumePoint{7}));
}

TEST(ResumeTokenTest, IsBoundToReviewAndFilter) {
  const std::string token = TokensOf("knee", {"pain"}).Make({7});
  for (const ResumeTokens& other :
       {TokensOf("hip", {"pain"}), TokensOf("knee", {}),
        TokensOf("knee", {"walk"}), TokensOf("knee", {"pain", "walk"})}) {
    EXPECT_THAT(other.Read(token),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("another review or filter")));
  }
}

TEST(ResumeTokenTest, IsBoundToKindsAndImportanceOfEvents) {
  v1::WatchRequest request;
  request.set_review_id("knee");
  const ResumeTokens plain(request, 1);
  request.add_event_kinds(v1::ConclusionEvent::CONNECTED);
  request.add_event_kinds(v1::ConclusionEvent::DISCONNECTED);
  const ResumeTokens kinds(request, 1);
  request.clear_event_kinds();
  request.add_event_kinds(v1::ConclusionEvent::DISCONNECTED);
  request.add_event_kinds(v1::ConclusionEvent::CONNECTED);
  EXPECT_EQ(ResumeTokens(request, 1).filter(), kinds.filter());
  request.clear_event_kinds();
  request.set_min_importance(v1::Importance::MAJOR);
  const ResumeTokens major(request, 1);
  request.set_delivery(v1::WatchRequest::LATEST);
  EXPECT_EQ(ResumeTokens(request, 1).filter(), major.filter());
  EXPECT_THAT(kinds.Read(plain.Make({7})), Not(IsOk()));
  EXPECT_THAT(plain.Read(kinds.Make({7})), Not(IsOk()));
  EXPECT_THAT(major.Read(kinds.Make({7})), Not(IsOk()));
  EXPECT_THAT(plain.Read(major.Make({7})), Not(IsOk()));
}

TEST(ResumeTokenTest, IsBoundToWhetherOverduePasses) {
  v1::WatchRequest request;
  request.set_review_id("knee");
  const ResumeTokens plain(request, 1);
  request.set_overdue(true);
  const ResumeTokens overdue(request, 1);
  EXPECT_THAT(overdue.Read(plain.Make({7})), Not(IsOk()));
  EXPECT_THAT(plain.Read(overdue.Make({7})), Not(IsOk()));
  // Also if an analysis has that name.
  request.add_analyses("a");
  EXPECT_THAT(TokensOf("knee", {"a", "overdue"})
                  .Read(ResumeTokens(request, 1).Make({7})),
              Not(IsOk()));
}

TEST(ResumeTokenTest, IsBoundToTheEpoch) {
  const std::string token = TokensOf("knee", {}, 1).Make({7});
  EXPECT_THAT(TokensOf("knee", {}, 2).Read(token),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("epoch 1 of the log, which is now in epoch "
                                 "2")));
}

TEST(ResumeTokenTest, RefusesWhatIsNone) {
  const ResumeTokens tokens = TokensOf("knee", {});
  for (const ResumePoint& point : {ResumePoint{7}, ResumePoint{7, 2}}) {
    const std::string whole = tokens.Make(point);
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_THAT(tokens.Read(whole.substr(0, size)), Not(IsOk()));
    }
    EXPECT_THAT(tokens.Read(whole + "x"), Not(IsOk()));
  }
  EXPECT_THAT(tokens.Read(tokens.Make({-1})), Not(IsOk()));
  EXPECT_THAT(tokens.Read(tokens.Make({7, -1})), Not(IsOk()));
  const std::string token = tokens.Make({7});
  std::string version = token;
  version[0] = 2;
  EXPECT_THAT(tokens.Read(version),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("resume_token: is not a resume token")));
}

}  // namespace
}  // namespace tidemark::server
