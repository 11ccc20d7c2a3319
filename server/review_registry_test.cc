#include "server/review_registry.h"

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/failing_file_system.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;

storage::DiskFault NoWrites() {
  storage::DiskFault fault;
  fault.writes = true;
  return fault;
}

v1::Change CreateToy() { return testing::PutReview(testing::ToyReview()); }

TEST(ReviewRegistryTest, AReviewExistsOnceItsCreationIsCommitted) {
  LiveReviews reviews(storage::MakeTempDir());
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  ASSERT_OK(registry.LoadAll());
  EXPECT_THAT(registry.Find("toy"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"toy\"")));
  ASSERT_OK_AND_ASSIGN(const auto live, registry.FindOrMake("toy"));
  EXPECT_THAT(registry.List(), IsEmpty());
  EXPECT_THAT(registry.Find("toy"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"toy\"")));
  ASSERT_OK(Apply(*live, CreateToy(), "create"));
  ASSERT_OK_AND_ASSIGN(const auto found, registry.Find("toy"));
  EXPECT_EQ(found, live);
  ASSERT_EQ(registry.List().size(), 1);
  EXPECT_EQ(registry.List()[0].review, "toy");
  EXPECT_TRUE(registry.healthy());
}

TEST(ReviewRegistryTest, LoadsWhatIsStored) {
  LiveReviews reviews(storage::MakeTempDir());
  ASSERT_OK_AND_ASSIGN(const auto live, reviews.Load("toy"));
  ASSERT_OK(Apply(*live, CreateToy(), "create"));
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  ASSERT_OK(registry.LoadAll());
  ASSERT_OK_AND_ASSIGN(const auto found, registry.Find("toy"));
  EXPECT_EQ(found->Committed()->sequence(), 1);
}

TEST(ReviewRegistryTest, RefusesIdsThatNoReviewMayHave) {
  LiveReviews reviews(storage::MakeTempDir());
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  for (const char* id : {"", "Toy", "a/b", "toy_1"}) {
    EXPECT_THAT(
        registry.FindOrMake(id),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("review_id: ")));
    EXPECT_EQ(registry.Find(id).status().code(), absl::StatusCode::kNotFound);
  }
}

// The client was told to repeat its request; it must not hear NOT_FOUND.
TEST(ReviewRegistryTest, ACreationThatFailedCanBeRepeated) {
  auto disk = std::make_shared<storage::FailingFileSystem>();
  LiveReviews reviews(storage::MakeTempDir(), disk);
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  ASSERT_OK(registry.LoadAll());
  ASSERT_OK_AND_ASSIGN(const auto live, registry.FindOrMake("toy"));
  disk->Fail(NoWrites());
  EXPECT_EQ(Apply(*live, CreateToy(), "create").status().code(),
            absl::StatusCode::kUnavailable);
  disk->Mend();
  reviews.AwaitWritable();
  ASSERT_OK_AND_ASSIGN(const auto again, registry.FindOrMake("toy"));
  EXPECT_NE(again, live);
  EXPECT_FALSE(again->broken());
}

// Nothing of it exists, so nothing of it may be remembered.
TEST(ReviewRegistryTest, AReviewThatNothingCouldBeReadOfCanBeCreatedLater) {
  auto disk = std::make_shared<storage::FailingFileSystem>();
  const std::string directory = storage::MakeTempDir();
  LiveReviews reviews(directory, disk);
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  ASSERT_OK(registry.LoadAll());
  ASSERT_OK_AND_ASSIGN(const auto live, registry.FindOrMake("toy"));
  disk->Fail(NoWrites());
  EXPECT_FALSE(Apply(*live, CreateToy(), "create").ok());
  // The tables cannot even be opened to be read.
  const std::string current = directory + "/db/CURRENT";
  std::filesystem::rename(current, current + ".away");
  disk->Mend();
  const auto can_be_read = [&] { return reviews.store->LogSize("toy").ok(); };
  for (int i = 0; i < 1000 && can_be_read(); ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  ASSERT_FALSE(can_be_read());
  EXPECT_FALSE(registry.FindOrMake("other").ok());
  std::filesystem::rename(current + ".away", current);
  reviews.AwaitWritable();
  registry.ReloadBroken();
  EXPECT_TRUE(registry.healthy());
  EXPECT_OK(registry.FindOrMake("other"));
}

TEST(ReviewRegistryTest, ABrokenReviewIsReadUntilTheDiskIsMendedThenReloaded) {
  auto disk = std::make_shared<storage::FailingFileSystem>();
  LiveReviews reviews(storage::MakeTempDir(), disk);
  ReviewRegistry registry(reviews.environment(), reviews.anchor.get(),
                          {kTestSeed});
  ASSERT_OK(registry.LoadAll());
  ASSERT_OK_AND_ASSIGN(const auto live, registry.FindOrMake("toy"));
  ASSERT_OK(Apply(*live, CreateToy(), "create"));
  disk->Fail(NoWrites());
  EXPECT_FALSE(
      Apply(*live, testing::Submit({testing::ToyTrial()}), "submit").ok());
  EXPECT_FALSE(registry.healthy());
  EXPECT_THAT(registry.Find("toy"), IsOkAndHolds(live));
  EXPECT_EQ(live->Committed()->sequence(), 1);
  disk->Mend();
  reviews.AwaitWritable();
  registry.ReloadBroken();
  EXPECT_TRUE(registry.healthy());
  ASSERT_OK_AND_ASSIGN(const auto again, registry.Find("toy"));
  EXPECT_NE(again, live);
  EXPECT_EQ(again->Committed()->sequence(), 1);
}

}  // namespace
}  // namespace tidemark::server
