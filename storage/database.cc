#include "storage/database.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/table.h"
#include "storage/file_util.h"
#include "storage/rocksdb_status.h"
#include "storage/stderr_logger.h"

namespace tidemark::storage {
namespace {

// By Table. RocksDB insists on a family called "default", which stays empty.
constexpr std::array<const char*, kTables> kTableNames = {
    "meta", "log", "merkle", "change", "trial", "estimate", "checkpoint"};

constexpr uint64_t kMaxWalBytes = uint64_t{64} << 20;
constexpr int kMaxOpenFiles = 512;
constexpr double kBloomBitsPerKey = 10;

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

// Keeps the first error. RocksDB calls it on threads of its own.
class Database::ErrorListener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                         rocksdb::Status* error) override {
    MutexLock lock(&mutex_);
    if (first_.ok()) first_ = *error;
  }

  rocksdb::Status first() const {
    MutexLock lock(&mutex_);
    return first_;
  }

 private:
  mutable Mutex mutex_;
  rocksdb::Status first_ ABSL_GUARDED_BY(mutex_);
};

absl::string_view NameOf(Table table) {
  return kTableNames[static_cast<size_t>(table)];
}

absl::StatusOr<std::shared_ptr<const Database>> Database::Open(
    const OpenOptions& options) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      OrDefault(options.file_system);
  RETURN_IF_ERROR(PrepareDirectory(*file_system, options));
  std::shared_ptr<Database> opened(new Database);
  opened->path_ = options.path;
  opened->errors_ = std::make_shared<ErrorListener>();
  opened->env_ = rocksdb::NewCompositeEnv(file_system);

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : kTableNames) {
    families.emplace_back(name, TableOptions());
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, TableOptions());

  rocksdb::DBOptions database_options = DatabaseOptions(
      options.create_if_missing && !options.read_only, opened->env_.get());
  database_options.listeners.push_back(opened->errors_);
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(database_options, options.path,
                                         families, &opened->handles_, &database)
          : rocksdb::DB::Open(database_options, options.path, families,
                              &opened->handles_, &database);
  opened->database_.reset(database);
  if (!status.ok()) return OpenError(status, options.path);
  return opened;
}

Database::~Database() {
  if (database_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    // Only frees the handle: nothing to report.
    database_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
}

absl::Status Database::background_error() const {
  return ToStatus(errors_->first(), absl::StrCat("cannot write to ", path_));
}

}  // namespace tidemark::storage
