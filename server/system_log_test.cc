#include "server/system_log.h"

#include <future>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/deterministic_bytes.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "review/validate_review.h"
#include "server/rebuild_check.h"
#include "server/review_registry.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

TEST(SystemLogTest, AReviewOfThatNameIsNamedNotOverwritten) {
  LiveReviews reviews(storage::MakeTempDir());
  EXPECT_OK(SystemLog::CheckIdIsFree(*reviews.store));
  storage::LogWriter writer(review::kSystemLog);
  ASSERT_OK(reviews.store->Commit(
      {writer.Append(
          DeterministicBytes(testing::PutReview(testing::ToyReview())))},
      {}));
  EXPECT_THAT(SystemLog::CheckIdIsFree(*reviews.store),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("a review named \"system\"")));
}

// What a start does with data of a build without this log, or of a machine that
// stopped between the creation of a review and its entry here.
TEST(SystemLogTest, AStartEntersReviewsThatTheLogDoesNotKnow) {
  LiveReviews reviews(storage::MakeTempDir());
  ASSERT_OK_AND_ASSIGN(const auto toy, reviews.Load("toy"));
  ASSERT_OK(
      Apply(*toy, testing::PutReview(testing::ToyReview()), "create").status());
  for (int start = 0; start < 2; ++start) {
    ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                            {kTestSeed});
    ASSERT_OK(registry.LoadAll());
    ASSERT_OK_AND_ASSIGN(
        const auto log,
        SystemLog::Create(&registry, reviews.environment().pool));
    ASSERT_OK(log->RecordStart(v1::AccessSet(), /*listens=*/false));
    ASSERT_OK_AND_ASSIGN(const auto live, registry.System());
    const auto state = live->Committed();
    EXPECT_EQ(state->sequence(), 2);
    EXPECT_TRUE(state->server().access.has_value());
    EXPECT_EQ(state->server().reviews.count("toy"), 1);
  }
  const RebuildCheck check = CheckRebuild(*reviews.store, review::kSystemLog);
  EXPECT_OK(check.status);
  EXPECT_EQ(check.entries, 2);
}

TEST(SystemLogTest, ACreationIsEnteredOnce) {
  LiveReviews reviews(storage::MakeTempDir());
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  ASSERT_OK(registry.LoadAll());
  ASSERT_OK_AND_ASSIGN(
      const auto log, SystemLog::Create(&registry, reviews.environment().pool));
  ASSERT_OK_AND_ASSIGN(const auto toy, registry.FindOrMake("toy"));
  ASSERT_OK(
      Apply(*toy, testing::PutReview(testing::ToyReview()), "create").status());
  for (int repeat = 0; repeat < 3; ++repeat) {
    std::promise<absl::Status> recorded;
    log->RecordCreated("toy", [&recorded](const absl::Status& status) {
      recorded.set_value(status);
    });
    EXPECT_OK(recorded.get_future().get());
  }
  ASSERT_OK_AND_ASSIGN(const auto live, registry.System());
  EXPECT_EQ(live->Committed()->sequence(), 1);
}

}  // namespace
}  // namespace tidemark::server
