#include "storage/origin_files.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "storage/file_util.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {

absl::StatusOr<std::unique_ptr<OriginFiles>> OriginFiles::Open(
    const std::string& directory,
    std::shared_ptr<rocksdb::FileSystem> file_system) {
  file_system = OrDefault(std::move(file_system));
  RETURN_IF_ERROR(MakeDirectory(*file_system, directory));
  rocksdb::FileLock* lock = nullptr;
  const absl::Status locked =
      ToStatus(file_system->LockFile(absl::StrCat(directory, "/lock"),
                                     rocksdb::IOOptions(), &lock, nullptr),
               directory);
  if (!locked.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("another process has the directory ", directory, " open (",
                     locked.message(), ")"));
  }
  return absl::WrapUnique(
      new OriginFiles(directory, std::move(file_system), lock));
}

OriginFiles::~OriginFiles() {
  file_system_->UnlockFile(lock_, rocksdb::IOOptions(), nullptr)
      .PermitUncheckedError();
}

std::string OriginFiles::PathOf(absl::string_view origin) const {
  return absl::StrCat(directory_, "/", audit::ToHex(audit::Sha256(origin)));
}

absl::StatusOr<std::optional<std::string>> OriginFiles::Read(
    absl::string_view origin) const {
  const std::string path = PathOf(origin);
  ASSIGN_OR_RETURN(const bool exists, FileExists(*file_system_, path));
  if (!exists) return std::nullopt;
  ASSIGN_OR_RETURN(std::string content, ReadFile(*file_system_, path));
  return content;
}

absl::Status OriginFiles::Replace(absl::string_view origin,
                                  absl::string_view content) const {
  const std::string path = PathOf(origin);
  const std::string draft = absl::StrCat(path, ".new");
  RETURN_IF_ERROR(WriteSyncedFile(*file_system_, draft, content));
  RETURN_IF_ERROR(ToStatus(
      file_system_->RenameFile(draft, path, rocksdb::IOOptions(), nullptr),
      absl::StrCat("cannot replace ", path)));
  // Else the old file could be back after a crash.
  return SyncDirectory(*file_system_, directory_);
}

}  // namespace tidemark::storage
