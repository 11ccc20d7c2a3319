#include "storage/kv_store.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/keys.h"
#include "storage/testing/failing_file_system.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

class KvStoreTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<KvStore>> Open() {
    return KvStore::Open(options_);
  }

  static absl::Status Put(KvStore& store, Table table, absl::string_view key,
                          absl::string_view value) {
    Batch batch;
    batch.Put(table, key, value);
    return store.Write(batch);
  }

  const std::string dir_ = MakeTempDir();
  OpenOptions options_ = [this] {
    OpenOptions options;
    options.path = dir_ + "/db";
    return options;
  }();
};

TEST_F(KvStoreTest, KeepsTablesApartAndOverReopening) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "log"));
  ASSERT_OK(Put(*store, Table::kTrial, "k", "trial"));
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, Open());
  EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("log"));
  EXPECT_THAT(store->Get(Table::kTrial, "k"), IsOkAndHolds("trial"));
  EXPECT_THAT(store->Get(Table::kMeta, "k"),
              StatusIs(absl::StatusCode::kNotFound, _));
}

// Files of the store that hold these bytes.
std::vector<std::string> FilesWith(const std::string& bytes,
                                   const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (absl::StrContains(content, bytes)) {
      files.push_back(entry.path().filename());
    }
  }
  return files;
}

TEST_F(KvStoreTest, NoFileHoldsWhatWasOverwrittenOnceItIsCompacted) {
  const std::string words = "Zbigniew Quixote";
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  for (const Table table : {Table::kChange, Table::kTrial}) {
    ASSERT_OK(Put(*store, table, "k", words));
  }
  // Into a table; then into the write-ahead log again.
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, Open());
  ASSERT_OK(Put(*store, Table::kMeta, "k", words));
  for (const Table table : {Table::kChange, Table::kTrial, Table::kMeta}) {
    ASSERT_OK(Put(*store, table, "k", "erased"));
  }
  EXPECT_THAT(FilesWith(words, options_.path),
              AllOf(Contains(EndsWith(".sst")), Contains(EndsWith(".log"))));

  ASSERT_OK(store->Compact());

  EXPECT_THAT(FilesWith(words, options_.path), IsEmpty());
  EXPECT_THAT(store->Get(Table::kTrial, "k"), IsOkAndHolds("erased"));
  ASSERT_OK(Put(*store, Table::kTrial, "l", "more"));
  ASSERT_OK(store->Compact());
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, Open());
  EXPECT_THAT(store->Get(Table::kMeta, "k"), IsOkAndHolds("erased"));
  EXPECT_THAT(store->Get(Table::kTrial, "l"), IsOkAndHolds("more"));
}

TEST_F(KvStoreTest, IteratorsStayAtTheirMoment) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "b", "1"));
  const auto iterator = store->NewIterator(Table::kLog, "a", "z");
  ASSERT_OK(Put(*store, Table::kLog, "b", "2"));
  ASSERT_OK(Put(*store, Table::kLog, "c", "3"));
  iterator->SeekToFirst();
  ASSERT_TRUE(iterator->Valid());
  EXPECT_EQ(iterator->value(), "1");
  iterator->Next();
  EXPECT_FALSE(iterator->Valid());
  EXPECT_OK(iterator->status());
}

TEST_F(KvStoreTest, IteratorStaysInItsRange) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  for (const char* key : {"a", "b", "c", "d"}) {
    ASSERT_OK(Put(*store, Table::kLog, key, key));
  }
  const auto iterator = store->NewIterator(Table::kLog, "b", "d");
  iterator->SeekToFirst();
  EXPECT_EQ(iterator->key(), "b");
  iterator->SeekToLast();
  EXPECT_EQ(iterator->key(), "c");
  iterator->SeekForPrev("bb");
  EXPECT_EQ(iterator->key(), "b");
  iterator->SeekForPrev("a");
  EXPECT_FALSE(iterator->Valid());
}

TEST_F(KvStoreTest, SecondOpenSaysWhoHoldsIt) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr("a running server holds"),
                                     HasSubstr(options_.path))));
}

TEST_F(KvStoreTest, ReadOnlyReadsBesideAWriterAndCannotWrite) {
  ASSERT_OK_AND_ASSIGN(const auto writer, Open());
  ASSERT_OK(Put(*writer, Table::kLog, "k", "v"));
  options_.read_only = true;
  ASSERT_OK_AND_ASSIGN(const auto reader, Open());
  EXPECT_THAT(reader->Get(Table::kLog, "k"), IsOkAndHolds("v"));
  EXPECT_FALSE(Put(*reader, Table::kLog, "k", "w").ok());
}

TEST_F(KvStoreTest, CreatesOnlyWhenAsked) {
  options_.create_if_missing = false;
  EXPECT_THAT(Open(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(options_.path)));
  options_.create_if_missing = true;
  options_.read_only = true;
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kNotFound, _));
  EXPECT_FALSE(std::filesystem::exists(options_.path));
  options_.read_only = false;
  options_.path = dir_ + "/missing/db";
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kNotFound,
                               HasSubstr(dir_ + "/missing is missing")));
}

std::string SchemaKey() {
  return KeyWriter().String("").String("schema").Take();
}

TEST_F(KvStoreTest, RefusesANewerSchema) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK(Put(*store, Table::kMeta, SchemaKey(),
                KeyWriter().Int(kSchemaVersion + 1).Take()));
  store.reset();
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("schema version 3")));
}

TEST_F(KvStoreTest, AnOlderSchemaIsReadAsItIsAndMadeNewForWriting) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "kept"));
  const std::string old = KeyWriter().Int(1).Take();
  ASSERT_OK(Put(*store, Table::kMeta, SchemaKey(), old));
  store.reset();
  options_.read_only = true;
  ASSERT_OK_AND_ASSIGN(store, Open());
  EXPECT_THAT(store->Get(Table::kMeta, SchemaKey()), IsOkAndHolds(old));
  EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("kept"));
  options_.read_only = false;
  ASSERT_OK_AND_ASSIGN(store, Open());
  EXPECT_THAT(store->Get(Table::kMeta, SchemaKey()),
              IsOkAndHolds(KeyWriter().Int(kSchemaVersion).Take()));
  EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("kept"));
}

DiskFault NoSpaceFor(const std::string& path_part) {
  DiskFault fault;
  fault.path_part = path_part;
  fault.writes = true;
  fault.no_space = true;
  return fault;
}

TEST_F(KvStoreTest, OnAFullDiskReadsGoOnAndWritesOnceThereIsRoomAgain) {
  const auto disk = std::make_shared<FailingFileSystem>();
  options_.file_system = disk;
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "before"));
  EXPECT_OK(store->write_error());
  disk->Fail(NoSpaceFor("/db/"));
  constexpr auto kFull = absl::StatusCode::kResourceExhausted;
  EXPECT_THAT(Put(*store, Table::kLog, "k", "lost"), StatusIs(kFull, _));
  EXPECT_THAT(store->write_error(), StatusIs(kFull, _));
  EXPECT_THAT(store->Reopen(), StatusIs(kFull, _));
  EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("before"));
  disk->Mend();
  EXPECT_THAT(Put(*store, Table::kLog, "k", "early"), StatusIs(kFull, _));
  EXPECT_OK(store->Reopen());
  EXPECT_OK(store->write_error());
  EXPECT_OK(Put(*store, Table::kLog, "k", "after"));
  EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("after"));
}

TEST_F(KvStoreTest, IfItCannotBeOpenedAgainReadsGoOn) {
  const auto disk = std::make_shared<FailingFileSystem>();
  options_.file_system = disk;
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "v"));
  // There is room for a probe, but not for what opening writes.
  for (const char* file : {"/db/MANIFEST", ".dbtmp", ".log", ".sst"}) {
    SCOPED_TRACE(file);
    disk->Fail(NoSpaceFor(file));
    EXPECT_FALSE(store->Reopen().ok());
    EXPECT_FALSE(Put(*store, Table::kLog, "k", "lost").ok());
    EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("v"));
    disk->Mend();
    ASSERT_OK(store->Reopen());
    ASSERT_OK(Put(*store, Table::kLog, "k", "v"));
  }
}

// There is always somebody who reads, so Reopen must make them wait.
TEST_F(KvStoreTest, IsOpenedAgainUnderReads) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "v"));
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 16; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        EXPECT_THAT(store->Get(Table::kLog, "k"), IsOkAndHolds("v"));
        const auto iterator = store->NewIterator(Table::kLog, "k", "l");
        iterator->SeekToFirst();
        EXPECT_TRUE(iterator->Valid()) << iterator->status();
        absl::SleepFor(absl::Milliseconds(2));
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_OK(store->Reopen());
    EXPECT_OK(Put(*store, Table::kLog, "k", "v"));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

// RocksDB by itself would delete the tables and start afresh.
TEST_F(KvStoreTest, RefusesWhatIsLeftWithoutCurrent) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "v"));
  store.reset();
  std::filesystem::remove(options_.path + "/CURRENT");
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kDataLoss,
                               HasSubstr("no file CURRENT")));
}

TEST_F(KvStoreTest, RefusesTablesOfDifferentAge) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK(Put(*store, Table::kLog, "k", "v"));
  ASSERT_OK(Put(*store, Table::kTrial,
                KeyWriter().String("").String("commit").Take(),
                KeyWriter().Int(1).Take()));
  // The batch's own commit number comes last and repairs it ...
  store.reset();
  ASSERT_OK_AND_ASSIGN(store, Open());
  store.reset();
  // ... so damage it behind the store's back.
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  std::vector<std::string> names;
  ASSERT_TRUE(
      rocksdb::DB::ListColumnFamilies(rocksdb::Options(), options_.path, &names)
          .ok());
  for (const std::string& name : names)
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), options_.path, families,
                                &handles, &raw)
                  .ok());
  const std::unique_ptr<rocksdb::DB> database(raw);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    if (handle->GetName() == "trial") {
      ASSERT_TRUE(raw->Put(rocksdb::WriteOptions(), handle,
                           KeyWriter().String("").String("commit").Take(),
                           KeyWriter().Int(1).Take())
                      .ok());
    }
    ASSERT_TRUE(raw->DestroyColumnFamilyHandle(handle).ok());
  }
  ASSERT_TRUE(raw->Close().ok());
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kDataLoss,
                               AllOf(HasSubstr("lost writes"),
                                     HasSubstr("trial at 1"))));
}

}  // namespace
}  // namespace tidemark::storage
