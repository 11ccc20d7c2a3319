#include "client/durable_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::tidemark::testing::StatusIs;

std::string FreshPath() {
  const std::string directory = absl::StrCat(
      ::testing::TempDir(), "/",
      ::testing::UnitTest::GetInstance()->current_test_info()->name());
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  return directory + "/file";
}

TEST(DurableFileTest, HoldsWhatWasWrittenLast) {
  const std::string path = FreshPath();
  ASSERT_OK_AND_ASSIGN(const auto nothing, ReadIfThere(path));
  EXPECT_FALSE(nothing.has_value());
  ASSERT_OK(ReplaceFile(path, std::string(100000, 'a')));
  ASSERT_OK(ReplaceFile(path, "b"));
  ASSERT_OK_AND_ASSIGN(const auto text, ReadIfThere(path));
  EXPECT_THAT(text, Optional(std::string("b")));
}

TEST(DurableFileTest, AHalfWrittenSuccessorOfACrashIsNotRead) {
  const std::string path = FreshPath();
  ASSERT_OK(ReplaceFile(path, "whole"));
  std::ofstream(path + ".new") << "ha";
  ASSERT_OK_AND_ASSIGN(const auto text, ReadIfThere(path));
  EXPECT_THAT(text, Optional(std::string("whole")));
  ASSERT_OK(ReplaceFile(path, "next"));
  ASSERT_OK_AND_ASSIGN(const auto next, ReadIfThere(path));
  EXPECT_THAT(next, Optional(std::string("next")));
}

TEST(DurableFileTest, TouchesNoOtherFile) {
  const std::string path = FreshPath();
  std::ofstream(path + ".new") << "another file";
  ASSERT_OK(ReplaceFile(path, "b"));
  ASSERT_OK_AND_ASSIGN(const auto other, ReadIfThere(path + ".new"));
  EXPECT_THAT(other, Optional(std::string("another file")));
  EXPECT_FALSE(ReplaceFile(path + "/x", "b").ok());
  const std::filesystem::directory_iterator files(
      std::filesystem::path(path).parent_path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 2);
}

TEST(DurableFileTest, ReplacesRegularFilesOnlyAndKeepsTheirPermissions) {
  const std::string path = FreshPath();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(ReplaceFile(path, "b"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("it is no regular file")));
  EXPECT_TRUE(std::filesystem::is_fifo(path));
  std::filesystem::remove(path);

  using std::filesystem::perms;
  ASSERT_OK(ReplaceFile(path, "a"));
  const perms mine = perms::owner_read | perms::owner_write;
  std::filesystem::permissions(path, mine);
  ASSERT_OK(ReplaceFile(path, "b"));
  EXPECT_EQ(std::filesystem::status(path).permissions(), mine);
}

TEST(DurableFileTest, SaysWhichFileAndWhy) {
  EXPECT_THAT(ReplaceFile("/no/such/place", ""),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("cannot create /no/such/place."),
                             HasSubstr("No such file"))));
  EXPECT_THAT(ReadIfThere("/"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("cannot read /: Is a directory")));
}

}  // namespace
}  // namespace tidemark::client
