#include "storage/kv_store.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/big_endian.h"
#include "base/failpoint.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "rocksdb/db.h"
#include "storage/compaction.h"
#include "storage/database.h"
#include "storage/file_util.h"
#include "storage/keys.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

constexpr int kIntBytes = 8;
constexpr size_t kProtectionBytesPerKey = 8;
// What must fit on the disk before a store that stopped writing is opened
// again: opening writes, and what it cannot finish has to wait once more.
constexpr size_t kRoomBytes = size_t{1} << 20;
// How long, and in which steps, Reopen waits for reads that are under way, and
// others for it: it is tried every second.
constexpr int kMostDrainSteps = 500;
constexpr std::chrono::milliseconds kDrainStep(1);

// Keys of the store itself begin with an empty string, which no id is.
std::string SchemaKey() {
  return KeyWriter().String("").String("schema").Take();
}

// In every table: the number of the last Write. They differ if tables lost
// writes, as RocksDB lets them when its write-ahead log is cut.
std::string CommitNumberKey() {
  return KeyWriter().String("").String("commit").Take();
}

std::string EncodeInt(int64_t value) {
  std::string bytes;
  audit::AppendBigEndian(static_cast<uint64_t>(value), kIntBytes, &bytes);
  return bytes;
}

rocksdb::Slice ToSlice(absl::string_view bytes) {
  return rocksdb::Slice(bytes.data(), bytes.size());
}

absl::string_view ToView(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

}  // namespace

void Batch::Put(Table table, absl::string_view key, absl::string_view value) {
  records_.push_back({table, std::string(key), std::string(value)});
}

absl::StatusOr<std::unique_ptr<KvStore>> KvStore::Open(
    const OpenOptions& options) {
  std::unique_ptr<KvStore> store(new KvStore(options));
  ASSIGN_OR_RETURN(std::shared_ptr<const Database> database,
                   store->OpenDatabase(options));
  MutexLock lock(&store->mutex_);
  store->database_ = std::move(database);
  return store;
}

absl::StatusOr<std::shared_ptr<const Database>> KvStore::OpenDatabase(
    const OpenOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Database> database,
                   Database::Open(options));
  RETURN_IF_ERROR(CheckCommitNumbers(*database));
  ASSIGN_OR_RETURN(const int64_t schema, ReadSchema(*database));
  if (schema == kSchemaVersion || options.read_only) return database;
  Batch batch;
  batch.Put(Table::kMeta, SchemaKey(), EncodeInt(kSchemaVersion));
  RETURN_IF_ERROR(WriteTo(*database, batch));
  return database;
}

absl::Status KvStore::CheckCommitNumbers(const Database& database) {
  for (int i = 0; i < kTables; ++i) {
    const auto table = static_cast<Table>(i);
    const absl::StatusOr<std::string> stored =
        GetFrom(database, table, CommitNumberKey());
    int64_t number = 0;
    if (stored.ok() && !KeyReader(*stored).Int(&number)) {
      return absl::DataLossError(absl::StrCat(path(), ": the commit number of ",
                                              NameOf(table), " is malformed"));
    }
    if (!stored.ok() && !absl::IsNotFound(stored.status())) {
      return stored.status();
    }
    if (i == 0) commit_number_ = number;
    if (number != commit_number_) {
      return absl::DataLossError(
          absl::StrCat(path(), " lost writes: ", NameOf(Table::kMeta),
                       " is at commit ", commit_number_, ", ", NameOf(table),
                       " at ", number, ": restore it from a backup"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> KvStore::ReadSchema(const Database& database) const {
  const absl::StatusOr<std::string> stored =
      GetFrom(database, Table::kMeta, SchemaKey());
  if (absl::IsNotFound(stored.status()) && commit_number_ == 0) {
    return 0;
  }
  RETURN_IF_ERROR(stored.status());
  int64_t version = 0;
  if (!KeyReader(*stored).Int(&version) || version < 1) {
    return absl::DataLossError(
        absl::StrCat(path(), ": the schema version is malformed"));
  }
  if (version > kSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path(), " has schema version ", version, ", this build knows up to ",
        kSchemaVersion, ": use a newer Tidemark"));
  }
  return version;
}

absl::Status KvStore::Write(const Batch& batch) {
  RETURN_IF_ERROR(write_error());
  const std::shared_ptr<const Database> database = Current();
  const absl::Status written = WriteTo(*database, batch);
  MutexLock lock(&mutex_);
  write_error_ = written;
  return written;
}

absl::Status KvStore::WriteTo(const Database& database, const Batch& batch) {
  rocksdb::WriteBatch records(/*reserved_bytes=*/0, /*max_bytes=*/0,
                              kProtectionBytesPerKey, /*default_cf_ts_sz=*/0);
  const auto put = [&](Table table, absl::string_view key,
                       absl::string_view value) {
    return ToStatus(
        records.Put(database.Handle(table), ToSlice(key), ToSlice(value)),
        absl::StrCat("cannot write to ", path()));
  };
  for (const Batch::Record& record : batch.records_) {
    RETURN_IF_ERROR(put(record.table, record.key, record.value));
  }
  const std::string number = EncodeInt(commit_number_ + 1);
  for (int i = 0; i < kTables; ++i) {
    RETURN_IF_ERROR(put(static_cast<Table>(i), CommitNumberKey(), number));
  }
  rocksdb::WriteOptions options;
  options.sync = !TIDEMARK_SEEDED_BUG("skip_sync");
  RETURN_IF_ERROR(ToStatus(database.rocksdb().Write(options, &records),
                           absl::StrCat("cannot write to ", path())));
  ++commit_number_;
  return absl::OkStatus();
}

absl::Status KvStore::write_error() const {
  MutexLock lock(&mutex_);
  RETURN_IF_ERROR(write_error_);
  return database_->background_error();
}

absl::Status KvStore::Reopen() {
  // The old database goes on reading if there is no room yet.
  RETURN_IF_ERROR(CheckRoom(*OrDefault(options_.file_system),
                            path() + "/room-for-writes", kRoomBytes));
  MutexLock lock(&mutex_);
  draining_ = true;
  // Nobody tells when a reader lets go, so look again and again.
  for (int step = 0; step < kMostDrainSteps && IsRead(); ++step) {
    reopened_.WaitFor(&mutex_, kDrainStep);
  }
  const absl::Status status =
      IsRead() ? absl::UnavailableError(absl::StrCat(
                     "cannot open ", path(), " again: reads do not end"))
               : ReopenUnread();
  draining_ = false;
  reopened_.NotifyAll();
  return status;
}

bool KvStore::IsRead() const {
  return database_ != nullptr && database_.use_count() > 1;
}

absl::Status KvStore::ReopenUnread() {
  // Only one may have the directory open.
  database_ = nullptr;
  absl::StatusOr<std::shared_ptr<const Database>> database =
      OpenDatabase(options_);
  write_error_ = database.status();
  if (!database.ok()) {
    // Needs no room and no lock.
    OpenOptions read_only = options_;
    read_only.read_only = true;
    database = OpenDatabase(read_only);
  }
  if (database.ok()) database_ = *std::move(database);
  return write_error_;
}

absl::Status KvStore::Compact() {
  RETURN_IF_ERROR(write_error());
  const std::shared_ptr<const Database> database = Current();
  return storage::Compact(*database, *OrDefault(options_.file_system), path());
}

std::shared_ptr<const Database> KvStore::Current() const {
  MutexLock lock(&mutex_);
  // Else readers that take turns would hold up Reopen for ever.
  while (draining_) reopened_.Wait(&mutex_);
  return database_;
}

absl::StatusOr<std::string> KvStore::Get(Table table,
                                         absl::string_view key) const {
  const std::shared_ptr<const Database> database = Current();
  if (database == nullptr) return write_error();
  return GetFrom(*database, table, key);
}

absl::StatusOr<std::string> KvStore::GetFrom(const Database& database,
                                             Table table,
                                             absl::string_view key) const {
  std::string value;
  const rocksdb::Status status = database.rocksdb().Get(
      rocksdb::ReadOptions(), database.Handle(table), ToSlice(key), &value);
  if (status.ok()) return value;
  return ToStatus(status, absl::StrCat(path(), ", table ", NameOf(table)));
}

absl::Status KvStore::UseDatabase(
    absl::FunctionRef<absl::Status(const Database&)> use) const {
  const std::shared_ptr<const Database> database = Current();
  return database == nullptr ? write_error() : use(*database);
}

absl::StatusOr<std::string> KvStore::Identity() const {
  std::string identity;
  RETURN_IF_ERROR(UseDatabase([&](const Database& database) {
    return ToStatus(database.rocksdb().GetDbIdentity(identity), path());
  }));
  return identity;
}

absl::Status KvStore::VerifyChecksums() const {
  return UseDatabase([&](const Database& database) {
    return ToStatus(database.rocksdb().VerifyChecksum(rocksdb::ReadOptions()),
                    path());
  });
}

std::unique_ptr<KvStore::Iterator> KvStore::NewIterator(
    Table table, absl::string_view begin, absl::string_view end) const {
  std::unique_ptr<Iterator> iterator(new Iterator);
  iterator->path_ = path();
  iterator->begin_ = std::string(begin);
  iterator->end_ = std::string(end);
  iterator->begin_slice_ = iterator->begin_;
  iterator->end_slice_ = iterator->end_;
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &iterator->begin_slice_;
  options.iterate_upper_bound = &iterator->end_slice_;
  iterator->database_ = Current();
  iterator->iterator_.reset(
      iterator->database_ == nullptr
          ? rocksdb::NewErrorIterator(rocksdb::Status::IOError("not open"))
          : iterator->database_->rocksdb().NewIterator(
                options, iterator->database_->Handle(table)));
  return iterator;
}

void KvStore::Iterator::Seek(absl::string_view key) {
  iterator_->Seek(ToSlice(key));
}

void KvStore::Iterator::SeekForPrev(absl::string_view key) {
  iterator_->SeekForPrev(ToSlice(key));
}

absl::string_view KvStore::Iterator::key() const {
  return ToView(iterator_->key());
}

absl::string_view KvStore::Iterator::value() const {
  return ToView(iterator_->value());
}

absl::Status KvStore::Iterator::status() const {
  return ToStatus(iterator_->status(), absl::StrCat("cannot read ", path_));
}

}  // namespace tidemark::storage
