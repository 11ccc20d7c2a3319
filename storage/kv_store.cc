#include "storage/kv_store.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/big_endian.h"
#include "base/status_macros.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "storage/file_util.h"
#include "storage/keys.h"
#include "storage/rocksdb_status.h"
#include "storage/stderr_logger.h"

namespace tidemark::storage {
namespace {

// By Table. RocksDB insists on a family called "default", which stays empty.
constexpr std::array<const char*, 7> kTableNames = {
    "meta", "log", "merkle", "change", "trial", "estimate", "checkpoint"};

constexpr int kIntBytes = 8;
constexpr size_t kProtectionBytesPerKey = 8;
constexpr uint64_t kMaxWalBytes = uint64_t{64} << 20;
constexpr int kMaxOpenFiles = 512;
constexpr double kBloomBitsPerKey = 10;

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

rocksdb::ColumnFamilyOptions TableOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::ColumnFamilyOptions options;
  options.paranoid_file_checks = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions DatabaseOptions(bool create, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = create;
  options.create_missing_column_families = create;
  options.info_log = std::make_shared<StderrLogger>();
  // Drops a record that a crash cut off, refuses one that was changed. What it
  // cannot see (a log cut at a record, or gone) the anchor does.
  options.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_total_wal_size = kMaxWalBytes;
  options.max_open_files = kMaxOpenFiles;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

// RocksDB would start afresh, and delete the rest, if only CURRENT were lost.
absl::Status RefuseRemains(rocksdb::FileSystem& file_system,
                           const std::string& path) {
  std::vector<std::string> children;
  RETURN_IF_ERROR(ToStatus(
      file_system.GetChildren(path, rocksdb::IOOptions(), &children, nullptr),
      path));
  for (const std::string& child : children) {
    if (absl::EndsWith(child, ".sst") || absl::EndsWith(child, ".log")) {
      return absl::DataLossError(
          absl::StrCat(path, " holds ", child,
                       " but no file CURRENT: restore the directory from a "
                       "backup, do not start on what is left"));
    }
  }
  return absl::OkStatus();
}

// Makes sure that a database may be opened, or created, at the path.
absl::Status PrepareDirectory(rocksdb::FileSystem& file_system,
                              const OpenOptions& options) {
  ASSIGN_OR_RETURN(const bool exists,
                   FileExists(file_system, options.path + "/CURRENT"));
  if (exists) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool directory_exists,
                   FileExists(file_system, options.path));
  if (directory_exists) {
    RETURN_IF_ERROR(RefuseRemains(file_system, options.path));
  }
  if (options.read_only || !options.create_if_missing) {
    return absl::NotFoundError(
        absl::StrCat("there is no review store in ", options.path));
  }
  return MakeDirectory(file_system, options.path);
}

absl::Status OpenError(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (status.IsIOError() && absl::StrContains(text, "/LOCK: ")) {
    return absl::FailedPreconditionError(
        absl::StrCat("a running server holds ", path,
                     ": stop it, or open the store read-only (", text, ")"));
  }
  if (absl::StrContains(text, "Column families not opened")) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " was written by a newer Tidemark: use that one (", text, ")"));
  }
  return ToStatus(status, absl::StrCat("cannot open the store ", path));
}

}  // namespace

void Batch::Put(Table table, absl::string_view key, absl::string_view value) {
  records_.push_back({table, std::string(key), std::string(value)});
}

absl::StatusOr<std::unique_ptr<KvStore>> KvStore::Open(
    const OpenOptions& options) {
  std::unique_ptr<KvStore> store(new KvStore);
  store->path_ = options.path;
  RETURN_IF_ERROR(store->OpenDatabase(options));
  RETURN_IF_ERROR(store->CheckCommitNumbers());
  RETURN_IF_ERROR(store->CheckSchema(options.read_only));
  return store;
}

KvStore::~KvStore() {
  if (database_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    // Only frees the handle: nothing to report.
    database_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
}

absl::Status KvStore::OpenDatabase(const OpenOptions& options) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      OrDefault(options.file_system);
  RETURN_IF_ERROR(PrepareDirectory(*file_system, options));
  env_ = rocksdb::NewCompositeEnv(file_system);

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kTableNames) {
    families.emplace_back(name, TableOptions());
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, TableOptions());

  const rocksdb::DBOptions database_options = DatabaseOptions(
      options.create_if_missing && !options.read_only, env_.get());
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(database_options, path_, families,
                                         &handles_, &database)
          : rocksdb::DB::Open(database_options, path_, families, &handles_,
                              &database);
  database_.reset(database);
  return status.ok() ? absl::OkStatus() : OpenError(status, path_);
}

absl::Status KvStore::CheckCommitNumbers() {
  for (size_t i = 0; i < kTableNames.size(); ++i) {
    const absl::StatusOr<std::string> stored =
        Get(static_cast<Table>(i), CommitNumberKey());
    int64_t number = 0;
    if (stored.ok() && !KeyReader(*stored).Int(&number)) {
      return absl::DataLossError(absl::StrCat(path_, ": the commit number of ",
                                              kTableNames[i], " is malformed"));
    }
    if (!stored.ok() && !absl::IsNotFound(stored.status())) {
      return stored.status();
    }
    if (i == 0) commit_number_ = number;
    if (number != commit_number_) {
      return absl::DataLossError(
          absl::StrCat(path_, " lost writes: ", kTableNames[0],
                       " is at commit ", commit_number_, ", ", kTableNames[i],
                       " at ", number, ": restore it from a backup"));
    }
  }
  return absl::OkStatus();
}

absl::Status KvStore::CheckSchema(bool read_only) {
  const absl::StatusOr<std::string> stored = Get(Table::kMeta, SchemaKey());
  if (absl::IsNotFound(stored.status()) && commit_number_ == 0) {
    if (read_only) return absl::OkStatus();
    Batch batch;
    batch.Put(Table::kMeta, SchemaKey(), EncodeInt(kSchemaVersion));
    return Write(batch);
  }
  RETURN_IF_ERROR(stored.status());
  int64_t version = 0;
  if (!KeyReader(*stored).Int(&version) || version < 1) {
    return absl::DataLossError(
        absl::StrCat(path_, ": the schema version is malformed"));
  }
  if (version > kSchemaVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path_, " has schema version ", version, ", this build knows up to ",
        kSchemaVersion, ": use a newer Tidemark"));
  }
  return absl::OkStatus();
}

absl::Status KvStore::Write(const Batch& batch) {
  rocksdb::WriteBatch records(/*reserved_bytes=*/0, /*max_bytes=*/0,
                              kProtectionBytesPerKey, /*default_cf_ts_sz=*/0);
  const auto put = [&](Table table, absl::string_view key,
                       absl::string_view value) {
    return ToStatus(records.Put(Handle(table), ToSlice(key), ToSlice(value)),
                    absl::StrCat("cannot write to ", path_));
  };
  for (const Batch::Record& record : batch.records_) {
    RETURN_IF_ERROR(put(record.table, record.key, record.value));
  }
  const std::string number = EncodeInt(commit_number_ + 1);
  for (size_t i = 0; i < kTableNames.size(); ++i) {
    RETURN_IF_ERROR(put(static_cast<Table>(i), CommitNumberKey(), number));
  }
  rocksdb::WriteOptions options;
  options.sync = true;
  RETURN_IF_ERROR(ToStatus(database_->Write(options, &records),
                           absl::StrCat("cannot write to ", path_)));
  ++commit_number_;
  return absl::OkStatus();
}

absl::StatusOr<std::string> KvStore::Get(Table table,
                                         absl::string_view key) const {
  std::string value;
  const rocksdb::Status status = database_->Get(
      rocksdb::ReadOptions(), Handle(table), ToSlice(key), &value);
  if (status.ok()) return value;
  return ToStatus(
      status,
      absl::StrCat(path_, ", table ", kTableNames[static_cast<size_t>(table)]));
}

rocksdb::ColumnFamilyHandle* KvStore::Handle(Table table) const {
  return handles_[static_cast<size_t>(table)];
}

std::unique_ptr<KvStore::Iterator> KvStore::NewIterator(
    Table table, absl::string_view begin, absl::string_view end) const {
  std::unique_ptr<Iterator> iterator(new Iterator);
  iterator->path_ = path_;
  iterator->begin_ = std::string(begin);
  iterator->end_ = std::string(end);
  iterator->begin_slice_ = iterator->begin_;
  iterator->end_slice_ = iterator->end_;
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &iterator->begin_slice_;
  options.iterate_upper_bound = &iterator->end_slice_;
  iterator->iterator_.reset(database_->NewIterator(options, Handle(table)));
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
