#include "storage/backup.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/anchor.h"
#include "storage/backup_directory.h"
#include "storage/review_store.h"
#include "storage/testing/failing_file_system.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

// A store with its anchor, as a server has them.
struct Data {
  explicit Data(const std::string& dir, const std::string& review = "r")
      : log(review) {
    fs::create_directories(dir);
    OpenOptions options;
    options.path = dir + "/db";
    options.file_system = file_system;
    store = *ReviewStore::Open(options);
    anchor = *Anchor::Open({dir + "/anchor", file_system});
  }

  void Commit(int entries) {
    for (int i = 0; i < entries; ++i) {
      ASSERT_OK(store->Commit({log.Append(absl::StrCat("change ", i))},
                              {log.Checkpoint()}));
      ASSERT_OK(anchor->Update({log.Anchored()}));
    }
  }

  std::shared_ptr<FailingFileSystem> file_system =
      std::make_shared<FailingFileSystem>();
  LogWriter log;
  std::unique_ptr<ReviewStore> store;
  std::unique_ptr<Anchor> anchor;
};

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() : data_(root_ + "/data") { data_.Commit(3); }

  absl::StatusOr<MadeBackup> Make(const Data& data, int64_t keep = 0) const {
    BackupOptions options;
    options.directory = backups_;
    options.keep = keep;
    options.build = "tidemark test";
    return MakeBackup(*data.store, *data.anchor, options);
  }

  std::unique_ptr<BackupDirectory> Directory() const {
    return *BackupDirectory::Open(backups_, nullptr);
  }

  absl::StatusOr<BackupContents> Verify(int64_t id) const {
    return Directory()->Verify(id);
  }

  static void Replace(const std::string& from, const std::string& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  }

  // Puts the label of one backup into RocksDB's description of another.
  static void SwapLabel(const std::string& from, const std::string& to) {
    const std::regex label("metadata [0-9A-F]+");
    std::smatch found;
    const std::string source = Read(from);
    ASSERT_TRUE(std::regex_search(source, found, label));
    const std::string swapped =
        std::regex_replace(Read(to), label, found.str());
    ASSERT_NE(swapped, Read(to));
    std::ofstream(to, std::ios::binary) << swapped;
  }

  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string root_ = MakeTempDir();
  const std::string backups_ = root_ + "/backups";
  Data data_;
};

TEST_F(BackupTest, HoldsWhatTheStoreHeldWhenItWasMade) {
  ASSERT_OK_AND_ASSIGN(const MadeBackup first, Make(data_));
  EXPECT_EQ(first.id, 1);
  data_.Commit(2);
  ASSERT_OK(Make(data_));
  EXPECT_THAT(Directory()->ids(), ElementsAre(1, 2));
  ASSERT_OK_AND_ASSIGN(const BackupContents old, Verify(1));
  ASSERT_THAT(old.logs, SizeIs(1));
  EXPECT_EQ(old.logs[0].review, "r");
  EXPECT_EQ(old.logs[0].store_size, 3);
  ASSERT_OK_AND_ASSIGN(const BackupContents now, Verify(2));
  EXPECT_EQ(now.logs[0].store_size, 5);
  EXPECT_EQ(now.anchored[0].note, data_.log.Anchored().note);
  ASSERT_OK_AND_ASSIGN(const BackupLabel label, Directory()->Label(2));
  EXPECT_EQ(label.build, "tidemark test");
}

TEST_F(BackupTest, OlderOnesGoOnceTheNewOneIsVerified) {
  for (int i = 0; i < 4; ++i) ASSERT_OK(Make(data_));
  ASSERT_OK(Make(data_, 2));
  EXPECT_THAT(Directory()->ids(), ElementsAre(4, 5));
  EXPECT_THAT(Verify(3), StatusIs(absl::StatusCode::kNotFound,
                                  HasSubstr("there is no backup 3")));
  EXPECT_OK(Verify(4));
}

TEST_F(BackupTest, ReachesTheAnchorWhileWritesGoOn) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) data_.Commit(1);
  });
  int64_t before = 0;
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK_AND_ASSIGN(const MadeBackup made, Make(data_));
    EXPECT_GE(made.contents.logs[0].store_size, before);
    before = data_.anchor->Find("r")->size;
    EXPECT_GE(made.contents.logs[0].store_size,
              made.contents.logs[0].anchor_size);
  }
  stop = true;
  writer.join();
}

TEST_F(BackupTest, ItsCopyIsAStoreWithItsAnchor) {
  ASSERT_OK(Make(data_));
  fs::create_directories(root_ + "/copy");
  ASSERT_OK(Directory()->CopyTo(1, root_ + "/copy"));
  Data copy(root_ + "/copy");
  EXPECT_EQ(*copy.store->LogSize("r"), 3);
  EXPECT_OK(VerifyReviewAnchor(*copy.store, *copy.anchor, "r").status);
  EXPECT_EQ(copy.anchor->Find("r")->note, data_.anchor->Find("r")->note);
}

TEST_F(BackupTest, OneThatDoesNotReachTheAnchorIsDeleted) {
  data_.log.Append("acknowledged and lost");
  ASSERT_OK(data_.anchor->Update({data_.log.Anchored()}));
  EXPECT_THAT(Make(data_), StatusIs(kDataLoss, HasSubstr("has only 3")));
  EXPECT_THAT(Directory()->ids(), IsEmpty());
  EXPECT_THAT(Directory()->Label(1),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no backup 1")));
}

TEST_F(BackupTest, OneThatWasNotFinishedIsNoneAndIsRemovedByTheNext) {
  ASSERT_OK(Make(data_));
  ASSERT_OK(Make(data_));
  // As if the machine had stopped before the last step.
  fs::rename(backups_ + "/anchor-2", backups_ + "/anchor-2.new");
  EXPECT_THAT(Directory()->ids(), ElementsAre(1));
  ASSERT_OK_AND_ASSIGN(const MadeBackup next, Make(data_));
  EXPECT_THAT(Directory()->ids(), ElementsAre(1, next.id));
  EXPECT_FALSE(fs::exists(backups_ + "/anchor-2.new"));
}

TEST_F(BackupTest, EveryFileIsMissedOrFoundDamaged) {
  ASSERT_OK(Make(data_));
  std::vector<std::string> files;
  for (const auto& file : fs::recursive_directory_iterator(backups_)) {
    const std::string path = file.path().string();
    if (file.is_regular_file() && file.file_size() > 0) files.push_back(path);
  }
  ASSERT_THAT(files, ::testing::Contains(backups_ + "/anchor-1"));
  for (const std::string& path : files) {
    fs::copy_file(path, root_ + "/kept");
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(fs::file_size(path) / 2));
      const char byte = static_cast<char>(file.peek());
      file.seekp(file.tellg());
      file.put(static_cast<char>(byte ^ 0x10));
    }
    EXPECT_THAT(Verify(1), StatusIs(kDataLoss, HasSubstr(backups_))) << path;
    fs::remove(path);
    EXPECT_FALSE(Verify(1).ok()) << path;
    fs::rename(root_ + "/kept", path);
    EXPECT_OK(Verify(1)) << path;
  }
}

TEST_F(BackupTest, OnesThatAreSwappedSaySo) {
  ASSERT_OK(Make(data_));
  data_.Commit(1);
  ASSERT_OK(Make(data_));
  Replace(backups_ + "/anchor-1", root_ + "/anchor-1");
  Replace(backups_ + "/anchor-2", backups_ + "/anchor-1");
  EXPECT_THAT(Verify(1),
              StatusIs(kDataLoss, HasSubstr("anchor-1 is not the one")));
  Replace(root_ + "/anchor-1", backups_ + "/anchor-1");
  Replace(root_ + "/anchor-1", backups_ + "/anchor-2");
  SwapLabel(backups_ + "/meta/1", backups_ + "/meta/2");
  EXPECT_THAT(Verify(2), StatusIs(kDataLoss, HasSubstr("says to be backup 1")));
  Replace(backups_ + "/meta/1", backups_ + "/meta/2");
  EXPECT_THAT(Verify(2), StatusIs(kDataLoss, HasSubstr("backup 2 in")));
}

TEST_F(BackupTest, ADirectoryIsOfOneStore) {
  ASSERT_OK(Make(data_));
  Data other(root_ + "/other");
  other.Commit(1);
  EXPECT_THAT(Make(other, 1),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("backups of another store"),
                             HasSubstr("a directory of its own"))));
  EXPECT_THAT(Directory()->ids(), ElementsAre(1));
}

TEST_F(BackupTest, AStoreThatDoesNotWriteIsNotCopied) {
  DiskFault fault;
  fault.path_part = "/data/db/";
  fault.writes = true;
  data_.file_system->Fail(fault);
  EXPECT_FALSE(
      data_.store->Commit({data_.log.Append("x")}, {data_.log.Checkpoint()})
          .ok());
  EXPECT_THAT(Make(data_),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("data/db")));
  EXPECT_THAT(Directory()->ids(), IsEmpty());
  data_.file_system->Mend();
  ASSERT_OK(data_.store->Reopen());
  EXPECT_OK(Make(data_));
}

TEST_F(BackupTest, OneThatIsGivenUpLeavesNothing) {
  BackupOptions options;
  options.directory = backups_;
  options.is_cancelled = [] { return true; };
  // More than is copied between two looks.
  ASSERT_OK(data_.store->Commit({data_.log.Append(std::string(9 << 20, 'x'))},
                                {data_.log.Checkpoint()}));
  EXPECT_THAT(MakeBackup(*data_.store, *data_.anchor, options),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("given up")));
  EXPECT_THAT(Directory()->ids(), IsEmpty());
  EXPECT_FALSE(fs::exists(backups_ + "/anchor-1.new"));
}

TEST_F(BackupTest, OneEndsWhenTheStoreHasToBeOpenedAgain) {
  // More than is copied between three looks.
  ASSERT_OK(data_.store->Commit({data_.log.Append(std::string(17 << 20, 'x'))},
                                {data_.log.Checkpoint()}));
  BackupOptions options;
  options.directory = backups_;
  // The disk fails under a write while the copy is made.
  options.is_cancelled = [&] {
    DiskFault fault;
    fault.path_part = "/data/db/";
    fault.writes = true;
    data_.file_system->Fail(fault);
    EXPECT_FALSE(
        data_.store->Commit({data_.log.Append("x")}, {data_.log.Checkpoint()})
            .ok());
    return false;
  };
  EXPECT_THAT(MakeBackup(*data_.store, *data_.anchor, options),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("data/db")));
  EXPECT_THAT(Directory()->ids(), IsEmpty());
  data_.file_system->Mend();
  EXPECT_OK(data_.store->Reopen());
}

TEST_F(BackupTest, NeedsADirectoryToBeIn) {
  EXPECT_THAT(BackupDirectory::Open(backups_, nullptr),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no backups")));
  fs::remove_all(root_ + "/gone");
  BackupOptions options;
  options.directory = root_ + "/gone/backups";
  EXPECT_THAT(MakeBackup(*data_.store, *data_.anchor, options),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/gone")));
}

}  // namespace
}  // namespace tidemark::storage
