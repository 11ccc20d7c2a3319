// Small steps on files that the anchor, the key file and the store share.
#ifndef TIDEMARK_STORAGE_FILE_UTIL_H_
#define TIDEMARK_STORAGE_FILE_UTIL_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

// `file_system`, or the default one if it is null.
std::shared_ptr<rocksdb::FileSystem> OrDefault(
    std::shared_ptr<rocksdb::FileSystem> file_system);

// The directory that `path` is in; "." if it names none.
std::string DirectoryOf(absl::string_view path);

absl::StatusOr<bool> FileExists(rocksdb::FileSystem& file_system,
                                const std::string& path);

// NotFound, saying that `directory` must be created first, unless it is there.
absl::Status RequireDirectory(rocksdb::FileSystem& file_system,
                              const std::string& directory);

// Creates the directory, if it is missing, in a parent that is there; durable
// on return.
absl::Status MakeDirectory(rocksdb::FileSystem& file_system,
                           const std::string& directory);

absl::StatusOr<std::string> ReadFile(rocksdb::FileSystem& file_system,
                                     const std::string& path);

// Replaces or creates the file and makes its content durable, but not its name.
absl::Status WriteSyncedFile(rocksdb::FileSystem& file_system,
                             const std::string& path,
                             absl::string_view content);

// Makes durable which files the directory holds.
absl::Status SyncDirectory(rocksdb::FileSystem& file_system,
                           const std::string& directory);

// OK if so many bytes can be made durable in a file `path`, which is gone
// afterwards. ResourceExhausted: there is no room.
absl::Status CheckRoom(rocksdb::FileSystem& file_system,
                       const std::string& path, size_t bytes);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_FILE_UTIL_H_
