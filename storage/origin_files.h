// A directory with one small file for each log, named after the log's origin.
#ifndef TIDEMARK_STORAGE_ORIGIN_FILES_H_
#define TIDEMARK_STORAGE_ORIGIN_FILES_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

// What a file holds is not looked into. Writers of one file must take turns.
class OriginFiles {
 public:
  // Creates the directory, if it is missing, in one that is there. A null file
  // system means the default one. FAILED_PRECONDITION: somebody else has it
  // open.
  static absl::StatusOr<std::unique_ptr<OriginFiles>> Open(
      const std::string& directory,
      std::shared_ptr<rocksdb::FileSystem> file_system);
  ~OriginFiles();
  OriginFiles(const OriginFiles&) = delete;
  OriginFiles& operator=(const OriginFiles&) = delete;

  // DIRECTORY/<SHA-256 of the origin in hex>.
  std::string PathOf(absl::string_view origin) const;

  // Absent: there is no file.
  absl::StatusOr<std::optional<std::string>> Read(
      absl::string_view origin) const;

  // After a crash the file holds this or what it held before, and once this
  // has returned OK, this. Errors are those of the disk.
  absl::Status Replace(absl::string_view origin,
                       absl::string_view content) const;

 private:
  OriginFiles(std::string directory,
              std::shared_ptr<rocksdb::FileSystem> file_system,
              rocksdb::FileLock* lock)
      : directory_(std::move(directory)),
        file_system_(std::move(file_system)),
        lock_(lock) {}

  const std::string directory_;
  const std::shared_ptr<rocksdb::FileSystem> file_system_;
  rocksdb::FileLock* const lock_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_ORIGIN_FILES_H_
