// A file system that forgets what was not synced when the power goes off.
#ifndef TIDEMARK_STORAGE_TESTING_UNSYNCED_FILE_SYSTEM_H_
#define TIDEMARK_STORAGE_TESTING_UNSYNCED_FILE_SYSTEM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

// Passes everything on to another file system, whose files must be those of the
// operating system, and remembers how to undo what a power cut may undo:
//  * the end of a file that was appended to since its last Sync or Fsync,
//  * overwrites of a random-access file since its last Sync or Fsync,
//  * files that were created, renamed or linked since the last Fsync of their
//    directory. A rename that replaced a file brings the old one back.
// Deletions, truncations and new directories are taken as durable at once, and
// bytes never come back changed, only old or new. Thread-safe.
class UnsyncedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit UnsyncedFileSystem(
      const std::shared_ptr<rocksdb::FileSystem>& target);
  ~UnsyncedFileSystem() override;

  // From now on every change fails; reads go on. Takes effect between two
  // operations, at once for all threads.
  void PowerOff();

  // Powers off after this many more changes and syncs: a power cut in the
  // middle of whatever makes them.
  void PowerOffAfter(int64_t operations);

  bool powered() const;

  // Undoes on disk what was not durable when the power went off. Call it once,
  // when nothing has files of it open any more. With a generator, a random part
  // of the unsynced bytes stays: a torn write, in sectors of 512 bytes where
  // bytes were overwritten.
  absl::Status LoseUnsynced(std::mt19937_64* torn);

  const char* Name() const override { return "UnsyncedFileSystem"; }

  rocksdb::IOStatus NewWritableFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(
      const std::string& path, const std::string& old_path,
      const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomRWFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus Truncate(const std::string& path, size_t size,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path,
                              const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path,
                                       const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;

 private:
  class AppendFile;
  class OverwriteFile;
  class Directory;

  // Bytes that an unsynced write replaced, and those that it wrote.
  struct Overwrite {
    uint64_t offset = 0;
    std::string before;
    std::string after;
  };

  // What of a file's content is durable, whatever the file is called.
  struct Content {
    uint64_t size = 0;
    uint64_t synced_size = 0;
    std::vector<Overwrite> overwrites;
  };

  // A change of a directory that is not durable yet.
  struct NameChange {
    std::string path;
    // Where a renamed file came from; nothing if it was created.
    std::optional<std::string> renamed_from;
    // The file that the rename replaced, with its durable bytes.
    std::optional<std::string> replaced;
  };

  // Fails if the power is off; counts the operation.
  rocksdb::IOStatus CheckPower() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::shared_ptr<Content> Track(const std::string& path, uint64_t size)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  rocksdb::IOStatus ReplacedContent(const std::string& path,
                                    std::optional<std::string>* content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  rocksdb::IOStatus Undo(const NameChange& change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  rocksdb::IOStatus Undo(const std::string& path, const Content& content,
                         std::mt19937_64* torn)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SyncNames(const std::string& directory)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  bool powered_ ABSL_GUARDED_BY(mutex_) = true;
  std::optional<int64_t> operations_left_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::shared_ptr<Content>> contents_
      ABSL_GUARDED_BY(mutex_);
  std::vector<NameChange> name_changes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_TESTING_UNSYNCED_FILE_SYSTEM_H_
