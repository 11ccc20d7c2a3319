#include "client/cli/resume_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

std::string FreshPath() {
  const std::string directory = absl::StrCat(
      ::testing::TempDir(), "/",
      ::testing::UnitTest::GetInstance()->current_test_info()->name());
  std::filesystem::remove_all(directory);
  return directory + "/watches/file";
}

v1::WatchResponse Entry(int64_t sequence) {
  v1::WatchResponse message;
  message.mutable_entry()->mutable_entry()->set_sequence(sequence);
  message.mutable_entry()->add_estimates();
  message.set_resume_token(absl::StrCat("\x01\xff", sequence));
  return message;
}

TEST(ResumeFileTest, TheNextRunGoesOnAfterTheLastMessage) {
  const std::string path = FreshPath();
  {
    ASSERT_OK_AND_ASSIGN(const auto file, ResumeFile::Open(path));
    EXPECT_EQ(file->token(), "");
    ASSERT_OK(file->Save(Entry(7)));
    ASSERT_OK(file->Save(Entry(8)));
  }
  ASSERT_OK_AND_ASSIGN(const auto file, ResumeFile::Open(path));
  EXPECT_EQ(file->token(),
            "\x01\xff"
            "8");
  EXPECT_EQ(file->place(), "sequence 8");
}

TEST(ResumeFileTest, APlaceWithinASnapshotIsNamed) {
  v1::WatchResponse item;
  item.mutable_snapshot_item()->set_sequence(7);
  item.mutable_snapshot_item()
      ->mutable_analysis()
      ->mutable_analysis()
      ->set_analysis_id("pain");
  item.set_resume_token("t");
  const std::string path = FreshPath();
  {
    ASSERT_OK_AND_ASSIGN(const auto file, ResumeFile::Open(path));
    ASSERT_OK(file->Save(item));
  }
  ASSERT_OK_AND_ASSIGN(const auto file, ResumeFile::Open(path));
  EXPECT_EQ(file->place(), "analysis pain of the snapshot at sequence 7");
}

TEST(ResumeFileTest, OneWatchAtATime) {
  const std::string path = FreshPath();
  ASSERT_OK_AND_ASSIGN(const auto file, ResumeFile::Open(path));
  EXPECT_THAT(ResumeFile::Open(path),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another watch")));
}

TEST(ResumeFileTest, RefusesAFileOfAnotherKind) {
  const std::string path = FreshPath();
  std::filesystem::create_directories(
      std::filesystem::path(path).parent_path());
  for (const char* text : {"", "words", "{}", "{\"review_id\": \"r\"}"}) {
    std::ofstream(path) << text;
    EXPECT_THAT(ResumeFile::Open(path),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("holds no resume token")))
        << text;
  }
}

TEST(ResumeFileTest, WatchesAreToldApartByEveryWord) {
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_THAT(DefaultResumeFile({"a", "b"}),
              HasSubstr("/state/tidemark/watches/"));
  EXPECT_EQ(DefaultResumeFile({"a", "b"}), DefaultResumeFile({"a", "b"}));
  EXPECT_NE(DefaultResumeFile({"a", "b"}), DefaultResumeFile({"ab"}));
  EXPECT_NE(DefaultResumeFile({"a", "b"}), DefaultResumeFile({"b", "a"}));
  unsetenv("XDG_STATE_HOME");
  unsetenv("HOME");
  EXPECT_EQ(DefaultResumeFile({"a"}), "");
}

}  // namespace
}  // namespace tidemark::cli
