// An ordered key-value store with atomic, durable batches, on RocksDB.
#ifndef TIDEMARK_STORAGE_KV_STORE_H_
#define TIDEMARK_STORAGE_KV_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "rocksdb/iterator.h"
#include "rocksdb/slice.h"
#include "storage/database.h"

namespace tidemark::storage {

// Schema of keys and values that this build writes; it reads all older ones.
// 2 differs from 1 only in that a log may name keys and redact entries, which
// builds that know 1 only would take for damage.
inline constexpr int64_t kSchemaVersion = 2;

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
// After a failed Write, or an error behind it, the store goes on reading but
// refuses to write until Reopen. Everything acknowledged is then there; the
// failed batch is there as a whole or not at all.
class KvStore {
 public:
  // FailedPrecondition: another process holds the directory, or its schema is
  // newer than kSchemaVersion. NotFound: nothing there and not asked to create.
  // DataLoss: damaged, or its column families are not all of the same age. A
  // store of an older schema is made one of kSchemaVersion, unless read_only.
  static absl::StatusOr<std::unique_ptr<KvStore>> Open(
      const OpenOptions& options);

  // Writes the batch as one synced record of the write-ahead log.
  absl::Status Write(const Batch& batch);

  // OK, or why nothing can be written until Reopen.
  absl::Status write_error() const;

  // Lets the store write again after an error, once there is room: closes the
  // database and opens it anew, for RocksDB cannot go on by itself. For the
  // thread that writes. Reads wait meanwhile, for as long as recovery takes; on
  // an error they go on, of what is stored by then, and nothing is written.
  // ResourceExhausted: there is still no room. Unavailable: the disk still
  // fails, or reads under way do not end in half a second. DataLoss: damaged.
  absl::Status Reopen();

  // Rewrites all files, so that none holds a value that was overwritten before
  // (storage/compaction.h). Holds up Reopen.
  absl::Status Compact();

  // The value of `key`; NotFound if there is none.
  absl::StatusOr<std::string> Get(Table table, absl::string_view key) const;

  // Walks over the keys in [begin, end) of one table, as of its creation; holds
  // up Reopen as long as it lives, so its holder asks for nothing else
  // meanwhile. Invalid after the last key or on an error: ask status() then.
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
    std::shared_ptr<const Database> database_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
  };
  std::unique_ptr<Iterator> NewIterator(Table table, absl::string_view begin,
                                        absl::string_view end) const;

  // Calls `use` with the open database, for what RocksDB does to it as a whole;
  // returns what it returns. Holds up Reopen, so `use` ends soon after
  // write_error() is not OK. Unavailable: the database is not open.
  absl::Status UseDatabase(
      absl::FunctionRef<absl::Status(const Database&)> use) const;

  // RocksDB's identity of this store; a copy has another one.
  absl::StatusOr<std::string> Identity() const;

  // Reads every table and compares its checksums. DataLoss: one differs.
  absl::Status VerifyChecksums() const;

  const std::string& path() const { return options_.path; }

 private:
  explicit KvStore(OpenOptions options) : options_(std::move(options)) {}

  // Waits for Reopen. Null only if the database could not be opened again.
  std::shared_ptr<const Database> Current() const;
  // Opens the database and checks what it holds; sets commit_number_.
  absl::StatusOr<std::shared_ptr<const Database>> OpenDatabase(
      const OpenOptions& options);
  absl::Status CheckCommitNumbers(const Database& database);
  // The schema version; 0 if the store is new.
  absl::StatusOr<int64_t> ReadSchema(const Database& database) const;
  absl::Status WriteTo(const Database& database, const Batch& batch);
  absl::StatusOr<std::string> GetFrom(const Database& database, Table table,
                                      absl::string_view key) const;
  // True if a reader holds the database.
  bool IsRead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReopenUnread() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const OpenOptions options_;
  int64_t commit_number_ = 0;  // Of the last Write; the writer's.
  mutable Mutex mutex_;
  std::shared_ptr<const Database> database_ ABSL_GUARDED_BY(mutex_);
  absl::Status write_error_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  mutable CondVar reopened_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_KV_STORE_H_
