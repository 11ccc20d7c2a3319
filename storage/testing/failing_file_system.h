// A file system on a disk that starts to fail.
#ifndef TIDEMARK_STORAGE_TESTING_FAILING_FILE_SYSTEM_H_
#define TIDEMARK_STORAGE_TESTING_FAILING_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

// What fails, and how.
struct DiskFault {
  // Only operations on files whose path contains this.
  std::string path_part;
  bool writes = false;
  bool syncs = false;
  // NoSpace, or else IOError.
  bool no_space = false;
  // A write that fails leaves its first half in the file.
  bool half_written = false;
  // So many of the operations that would fail still succeed.
  int64_t successes = 0;
};

// Passes everything on to the default file system. Thread-safe.
class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem();

  // From now on operations fail as described, until Mend.
  void Fail(const DiskFault& fault);
  void Mend();

  // Whether an operation failed, ever.
  bool failed() const;

  const char* Name() const override { return "FailingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* file,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomRWFile>* file,
      rocksdb::IODebugContext* debug) override;

 private:
  class AppendFile;
  class OverwriteFile;

  rocksdb::IOStatus CheckWrite(const std::string& path);
  rocksdb::IOStatus CheckSync(const std::string& path);
  rocksdb::IOStatus Check(const std::string& path, bool DiskFault::*affected);
  bool half_written() const;

  mutable Mutex mutex_;
  std::optional<DiskFault> fault_ ABSL_GUARDED_BY(mutex_);
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_TESTING_FAILING_FILE_SYSTEM_H_
