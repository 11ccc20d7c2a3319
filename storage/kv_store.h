// An ordered key-value store with atomic, durable batches: the one place that
// opens RocksDB and knows its options.
#ifndef TIDEMARK_STORAGE_KV_STORE_H_
#define TIDEMARK_STORAGE_KV_STORE_H_

#include <cstdint>
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

// Schema of keys and values that this build reads and writes.
inline constexpr int64_t kSchemaVersion = 1;

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

// Puts that become visible and durable together. Not thread-safe.
class Batch {
 public:
  void Put(Table table, absl::string_view key, absl::string_view value);

 private:
  friend class KvStore;
  struct Record {
    Table table;
    std::string key;
    std::string value;
  };
  std::vector<Record> records_;
};

// Reads are thread-safe and never wait for a writer. One thread writes at a
// time.
//
// Errors name the path: DataLoss (damage), ResourceExhausted (disk full),
// Unavailable (other I/O errors and a store that stopped writing after one).
// After a failed Write the store goes on reading but refuses to write: destroy
// it and open it again. Everything acknowledged is then there; the failed batch
// is there as a whole or not at all.
class KvStore {
 public:
  // FailedPrecondition: another process holds the directory, or its schema is
  // newer than kSchemaVersion. NotFound: nothing there and not asked to create.
  // DataLoss: damaged, or its column families are not all of the same age.
  static absl::StatusOr<std::unique_ptr<KvStore>> Open(
      const OpenOptions& options);
  ~KvStore();

  // Writes the batch as one synced record of the write-ahead log.
  absl::Status Write(const Batch& batch);

  // The value of `key`; NotFound if there is none.
  absl::StatusOr<std::string> Get(Table table, absl::string_view key) const;

  // Walks over the keys in [begin, end) of one table, as of its creation; must
  // be destroyed before the store. Invalid after the last key or on an error:
  // ask status() then.
  class Iterator {
   public:
    bool Valid() const { return iterator_->Valid(); }
    void SeekToFirst() { iterator_->SeekToFirst(); }
    void SeekToLast() { iterator_->SeekToLast(); }
    // To the first key >= `key`, or the last key <= `key`.
    void Seek(absl::string_view key);
    void SeekForPrev(absl::string_view key);
    void Next() { iterator_->Next(); }
    absl::string_view key() const;
    absl::string_view value() const;
    absl::Status status() const;

   private:
    friend class KvStore;
    Iterator() = default;
    std::string path_;
    std::string begin_;
    std::string end_;
    rocksdb::Slice begin_slice_;
    rocksdb::Slice end_slice_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
  };
  std::unique_ptr<Iterator> NewIterator(Table table, absl::string_view begin,
                                        absl::string_view end) const;

  const std::string& path() const { return path_; }

 private:
  KvStore() = default;

  absl::Status OpenDatabase(const OpenOptions& options);
  absl::Status CheckSchema(bool read_only);
  absl::Status CheckCommitNumbers();
  rocksdb::ColumnFamilyHandle* Handle(Table table) const;

  std::string path_;
  int64_t commit_number_ = 0;  // Of the last Write; the writer's.
  std::unique_ptr<rocksdb::Env> env_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // By Table; owned.
  std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_KV_STORE_H_
