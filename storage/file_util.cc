#include "storage/file_util.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {

std::shared_ptr<rocksdb::FileSystem> OrDefault(
    std::shared_ptr<rocksdb::FileSystem> file_system) {
  if (file_system != nullptr) return file_system;
  return rocksdb::FileSystem::Default();
}

std::string DirectoryOf(absl::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

absl::StatusOr<bool> FileExists(rocksdb::FileSystem& file_system,
                                const std::string& path) {
  const rocksdb::IOStatus status =
      file_system.FileExists(path, rocksdb::IOOptions(), nullptr);
  if (status.IsNotFound()) return false;
  RETURN_IF_ERROR(ToStatus(status, path));
  return true;
}

absl::Status RequireDirectory(rocksdb::FileSystem& file_system,
                              const std::string& directory) {
  ASSIGN_OR_RETURN(const bool exists, FileExists(file_system, directory));
  if (exists) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("the directory ", directory,
                                          " is missing: create it first"));
}

absl::Status MakeDirectory(rocksdb::FileSystem& file_system,
                           const std::string& directory) {
  const std::string parent = DirectoryOf(directory);
  RETURN_IF_ERROR(RequireDirectory(file_system, parent));
  RETURN_IF_ERROR(ToStatus(
      file_system.CreateDirIfMissing(directory, rocksdb::IOOptions(), nullptr),
      absl::StrCat("cannot create ", directory)));
  return SyncDirectory(file_system, parent);
}

absl::StatusOr<std::string> ReadFile(rocksdb::FileSystem& file_system,
                                     const std::string& path) {
  std::string content;
  RETURN_IF_ERROR(
      ToStatus(rocksdb::ReadFileToString(&file_system, path, &content), path));
  return content;
}

absl::Status WriteSyncedFile(rocksdb::FileSystem& file_system,
                             const std::string& path,
                             absl::string_view content) {
  const rocksdb::IOOptions options;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status =
      file_system.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (status.ok()) {
    status = file->Append(rocksdb::Slice(content.data(), content.size()),
                          options, nullptr);
  }
  if (status.ok()) status = file->Sync(options, nullptr);
  if (status.ok()) status = file->Close(options, nullptr);
  return ToStatus(status, absl::StrCat("cannot write ", path));
}

absl::Status SyncDirectory(rocksdb::FileSystem& file_system,
                           const std::string& directory) {
  const rocksdb::IOOptions options;
  std::unique_ptr<rocksdb::FSDirectory> handle;
  rocksdb::IOStatus status =
      file_system.NewDirectory(directory, options, &handle, nullptr);
  if (status.ok()) {
    status = handle->FsyncWithDirOptions(options, nullptr,
                                         rocksdb::DirFsyncOptions());
  }
  return ToStatus(status,
                  absl::StrCat("cannot sync the directory ", directory));
}

absl::Status CheckRoom(rocksdb::FileSystem& file_system,
                       const std::string& path, size_t bytes) {
  const absl::Status written =
      WriteSyncedFile(file_system, path, std::string(bytes, 'x'));
  // Also what was half written takes room.
  const absl::Status removed = ToStatus(
      file_system.DeleteFile(path, rocksdb::IOOptions(), nullptr), path);
  return written.ok() ? removed : written;
}

}  // namespace tidemark::storage
