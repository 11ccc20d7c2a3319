#include "storage/testing/unsynced_file_system.h"

#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/file_util.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

using ::rocksdb::FileOptions;
using ::rocksdb::IOOptions;
using ::tidemark::testing::IsOkAndHolds;

class UnsyncedFileSystemTest : public ::testing::Test {
 protected:
  void Append(const std::string& text, bool sync) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    ASSERT_TRUE(
        lossy_.ReopenWritableFile(path_, FileOptions(), &file, nullptr).ok());
    ASSERT_TRUE(file->Append(text, IOOptions(), nullptr).ok());
    if (sync) {
      ASSERT_TRUE(file->Sync(IOOptions(), nullptr).ok());
    }
    ASSERT_TRUE(file->Close(IOOptions(), nullptr).ok());
  }

  absl::StatusOr<std::string> Read(const std::string& path) {
    return ReadFile(*real_, path);
  }

  const std::shared_ptr<rocksdb::FileSystem> real_ =
      rocksdb::FileSystem::Default();
  UnsyncedFileSystem lossy_{real_};
  const std::string dir_ = MakeTempDir();
  const std::string path_ = dir_ + "/file";
  std::mt19937_64 random_{1};
};

TEST_F(UnsyncedFileSystemTest, LosesOnlyTheUnsyncedEnd) {
  Append("synced", true);
  ASSERT_OK(SyncDirectory(lossy_, dir_));
  Append(" lost", false);
  EXPECT_THAT(Read(path_), IsOkAndHolds("synced lost"));
  ASSERT_OK(lossy_.LoseUnsynced(nullptr));
  EXPECT_THAT(Read(path_), IsOkAndHolds("synced"));
}

TEST_F(UnsyncedFileSystemTest, ATornEndIsAPrefix) {
  std::set<std::string> seen;
  for (int round = 0; round < 50; ++round) {
    std::filesystem::remove(path_);
    UnsyncedFileSystem lossy(real_);
    ASSERT_OK(WriteSyncedFile(lossy, path_, "ab"));
    ASSERT_OK(SyncDirectory(lossy, dir_));
    std::unique_ptr<rocksdb::FSWritableFile> file;
    ASSERT_TRUE(
        lossy.ReopenWritableFile(path_, FileOptions(), &file, nullptr).ok());
    ASSERT_TRUE(file->Append("cd", IOOptions(), nullptr).ok());
    file.reset();
    ASSERT_OK(lossy.LoseUnsynced(&random_));
    seen.insert(Read(path_).value());
  }
  EXPECT_EQ(seen, (std::set<std::string>{"ab", "abc", "abcd"}));
}

TEST_F(UnsyncedFileSystemTest, LosesAFileWhoseDirectoryWasNotSynced) {
  ASSERT_OK(WriteSyncedFile(lossy_, path_, "synced"));
  ASSERT_OK(lossy_.LoseUnsynced(nullptr));
  EXPECT_THAT(FileExists(*real_, path_), IsOkAndHolds(false));
}

TEST_F(UnsyncedFileSystemTest, UndoesARenameWhoseDirectoryWasNotSynced) {
  ASSERT_OK(WriteSyncedFile(lossy_, path_, "old"));
  ASSERT_OK(SyncDirectory(lossy_, dir_));
  const std::string draft = path_ + ".new";
  ASSERT_OK(WriteSyncedFile(lossy_, draft, "new"));
  ASSERT_TRUE(lossy_.RenameFile(draft, path_, IOOptions(), nullptr).ok());
  EXPECT_THAT(Read(path_), IsOkAndHolds("new"));
  ASSERT_OK(lossy_.LoseUnsynced(nullptr));
  EXPECT_THAT(Read(path_), IsOkAndHolds("old"));
  EXPECT_THAT(FileExists(*real_, draft), IsOkAndHolds(false));
}

TEST_F(UnsyncedFileSystemTest, KeepsARenameWhoseDirectoryWasSynced) {
  ASSERT_OK(WriteSyncedFile(lossy_, path_ + ".new", "new"));
  ASSERT_TRUE(
      lossy_.RenameFile(path_ + ".new", path_, IOOptions(), nullptr).ok());
  ASSERT_OK(SyncDirectory(lossy_, dir_));
  ASSERT_OK(lossy_.LoseUnsynced(nullptr));
  EXPECT_THAT(Read(path_), IsOkAndHolds("new"));
}

constexpr uint64_t kFileBytes = 64 * 512;

class OverwriteTest : public UnsyncedFileSystemTest {
 protected:
  void SetUp() override {
    ASSERT_OK(WriteSyncedFile(lossy_, path_, std::string(kFileBytes, 'o')));
    ASSERT_OK(SyncDirectory(lossy_, dir_));
    ASSERT_TRUE(
        lossy_.NewRandomRWFile(path_, FileOptions(), &file_, nullptr).ok());
  }

  void Write(uint64_t offset, const std::string& data) {
    ASSERT_TRUE(file_->Write(offset, data, IOOptions(), nullptr).ok());
  }

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

TEST_F(OverwriteTest, RollsBackUnsyncedOverwritesInOrder) {
  Write(0, "synced");
  ASSERT_TRUE(file_->Sync(IOOptions(), nullptr).ok());
  Write(0, "one---");
  Write(2, "two");
  Write(kFileBytes - 8, "beyond the end");
  file_.reset();
  ASSERT_OK(lossy_.LoseUnsynced(nullptr));
  EXPECT_THAT(Read(path_),
              IsOkAndHolds("synced" + std::string(kFileBytes - 6, 'o')));
}

TEST_F(OverwriteTest, ATornOverwriteMixesSectors) {
  Write(0, std::string(kFileBytes, 'n'));
  file_.reset();
  ASSERT_OK(lossy_.LoseUnsynced(&random_));
  ASSERT_OK_AND_ASSIGN(const std::string content, Read(path_));
  EXPECT_TRUE(absl::StrContains(content, std::string(512, 'n')));
  EXPECT_TRUE(absl::StrContains(content, std::string(512, 'o')));
}

TEST_F(OverwriteTest, NothingChangesAfterThePowerWentOff) {
  lossy_.PowerOffAfter(1);
  Write(0, "last");
  EXPECT_FALSE(file_->Sync(IOOptions(), nullptr).ok());
  EXPECT_FALSE(lossy_.powered());
  EXPECT_FALSE(file_->Write(0, "x", IOOptions(), nullptr).ok());
  EXPECT_FALSE(WriteSyncedFile(lossy_, dir_ + "/other", "x").ok());
  EXPECT_FALSE(lossy_.DeleteFile(path_, IOOptions(), nullptr).ok());
  EXPECT_FALSE(SyncDirectory(lossy_, dir_).ok());
}

}  // namespace
}  // namespace tidemark::storage
