// An open RocksDB with our column families: the one place that knows its
// options.
#ifndef TIDEMARK_STORAGE_DATABASE_H_
#define TIDEMARK_STORAGE_DATABASE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

// The column families. Add new ones at the end.
enum class Table {
  kMeta,
  kLog,
  kMerkle,
  kChange,
  kTrial,
  kEstimate,
  kCheckpoint
};

inline constexpr int kTables = 7;

// As in the files.
absl::string_view NameOf(Table table);

struct OpenOptions {
  // A directory of its own.
  std::string path;
  // All files are read and written through it; null means the default one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  // Reads what is there at the time of opening; takes no lock. Beside a running
  // server that is just flushing, opening may fail with DataLoss: try again.
  bool read_only = false;
  bool create_if_missing = true;
};

// Closed by its destructor, after which its directory may be opened again. What
// its methods return must not outlive it. Thread-safe, as RocksDB is.
class Database {
 public:
  // The errors of KvStore::Open, but for those of what is stored.
  static absl::StatusOr<std::shared_ptr<const Database>> Open(
      const OpenOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& rocksdb() const { return *database_; }
  rocksdb::ColumnFamilyHandle* Handle(Table table) const {
    return handles_[static_cast<size_t>(table)];
  }

  // The first error of a flush or compaction, or of a write: RocksDB takes no
  // writes after one.
  absl::Status background_error() const;

 private:
  class ErrorListener;

  Database() = default;

  std::string path_;
  std::shared_ptr<ErrorListener> errors_;
  std::unique_ptr<rocksdb::Env> env_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // By Table; owned.
  std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_DATABASE_H_
