#include "storage/testing/unsynced_file_system.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

using ::rocksdb::FileOptions;
using ::rocksdb::IODebugContext;
using ::rocksdb::IOOptions;
using ::rocksdb::IOStatus;
using ::rocksdb::Slice;

constexpr size_t kSectorBytes = 512;

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string WithoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// RocksDB's default file system cannot truncate.
IOStatus Resize(const std::string& path, uint64_t size) {
  std::error_code error;
  std::filesystem::resize_file(path, size, error);
  return error ? IOStatus::IOError(path, error.message()) : IOStatus::OK();
}

// What is done to a file that is already gone needs no undoing.
IOStatus IgnoreMissing(IOStatus status) {
  if (!status.IsNotFound() && !status.IsPathNotFound()) return status;
  status.PermitUncheckedError();
  return IOStatus::OK();
}

}  // namespace

// A file that is only appended to.
class UnsyncedFileSystem::AppendFile final
    : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  AppendFile(UnsyncedFileSystem* owner, std::shared_ptr<Content> content,
             std::unique_ptr<rocksdb::FSWritableFile> target)
      : FSWritableFileOwnerWrapper(std::move(target)),
        owner_(owner),
        content_(std::move(content)) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    MutexLock lock(&owner_->mutex_);
    IOStatus status = owner_->CheckPower();
    if (status.ok()) status = target()->Append(data, options, debug);
    if (status.ok()) content_->size += data.size();
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*verification*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("PositionedAppend");
  }
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&,
                            const rocksdb::DataVerificationInfo&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("PositionedAppend");
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    MutexLock lock(&owner_->mutex_);
    IOStatus status = owner_->CheckPower();
    if (status.ok()) status = target()->Truncate(size, options, debug);
    if (status.ok()) {
      content_->size = size;
      content_->synced_size = std::min(content_->synced_size, size);
    }
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    MutexLock lock(&owner_->mutex_);
    IOStatus status = owner_->CheckPower();
    if (status.ok()) status = target()->Sync(options, debug);
    if (status.ok()) content_->synced_size = content_->size;
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  UnsyncedFileSystem* const owner_;
  const std::shared_ptr<Content> content_;
};

// A file that is written to at any place.
class UnsyncedFileSystem::OverwriteFile final
    : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  OverwriteFile(UnsyncedFileSystem* owner, std::shared_ptr<Content> content,
                std::unique_ptr<rocksdb::FSRandomRWFile> target)
      : FSRandomRWFileOwnerWrapper(std::move(target)),
        owner_(owner),
        content_(std::move(content)) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    MutexLock lock(&owner_->mutex_);
    IOStatus status = owner_->CheckPower();
    if (!status.ok()) return status;
    std::string scratch(data.size(), '\0');
    Slice before;
    status = target()->Read(offset, data.size(), options, &before, &scratch[0],
                            debug);
    if (status.ok()) status = target()->Write(offset, data, options, debug);
    if (status.ok()) {
      content_->overwrites.push_back(
          {offset, before.ToString(), data.ToString()});
      content_->size = std::max(content_->size, offset + data.size());
    }
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    MutexLock lock(&owner_->mutex_);
    IOStatus status = owner_->CheckPower();
    if (status.ok()) status = target()->Sync(options, debug);
    if (status.ok()) {
      content_->overwrites.clear();
      content_->synced_size = content_->size;
    }
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  UnsyncedFileSystem* const owner_;
  const std::shared_ptr<Content> content_;
};

class UnsyncedFileSystem::Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(UnsyncedFileSystem* owner, std::string path,
            std::unique_ptr<rocksdb::FSDirectory> target)
      : FSDirectoryWrapper(std::move(target)),
        owner_(owner),
        path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return FsyncWithDirOptions(options, debug, rocksdb::DirFsyncOptions());
  }
  IOStatus FsyncWithDirOptions(
      const IOOptions& options, IODebugContext* debug,
      const rocksdb::DirFsyncOptions& reason) override {
    MutexLock lock(&owner_->mutex_);
    IOStatus status = owner_->CheckPower();
    if (status.ok()) {
      status = FSDirectoryWrapper::FsyncWithDirOptions(options, debug, reason);
    }
    if (status.ok()) owner_->SyncNames(path_);
    return status;
  }

 private:
  UnsyncedFileSystem* const owner_;
  const std::string path_;
};

UnsyncedFileSystem::UnsyncedFileSystem(
    const std::shared_ptr<rocksdb::FileSystem>& target)
    : FileSystemWrapper(target) {}

UnsyncedFileSystem::~UnsyncedFileSystem() = default;

void UnsyncedFileSystem::PowerOff() {
  MutexLock lock(&mutex_);
  powered_ = false;
}

void UnsyncedFileSystem::PowerOffAfter(int64_t operations) {
  MutexLock lock(&mutex_);
  operations_left_ = operations;
}

bool UnsyncedFileSystem::powered() const {
  MutexLock lock(&mutex_);
  return powered_;
}

IOStatus UnsyncedFileSystem::CheckPower() {
  if (operations_left_.has_value() && (*operations_left_)-- == 0) {
    powered_ = false;
  }
  return powered_ ? IOStatus::OK() : IOStatus::IOError("the power is off");
}

std::shared_ptr<UnsyncedFileSystem::Content> UnsyncedFileSystem::Track(
    const std::string& path, uint64_t size) {
  std::shared_ptr<Content>& content = contents_[path];
  if (content == nullptr) {
    content = std::make_shared<Content>();
    content->size = content->synced_size = size;
  }
  return content;
}

void UnsyncedFileSystem::SyncNames(const std::string& directory) {
  name_changes_.erase(std::remove_if(name_changes_.begin(), name_changes_.end(),
                                     [&](const NameChange& change) {
                                       return DirectoryOf(change.path) ==
                                              directory;
                                     }),
                      name_changes_.end());
}

IOStatus UnsyncedFileSystem::NewWritableFile(
    const std::string& path, const FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  if (!status.ok()) return status;
  const bool existed = target()->FileExists(path, IOOptions(), debug).ok();
  std::unique_ptr<rocksdb::FSWritableFile> opened;
  status = target()->NewWritableFile(path, options, &opened, debug);
  if (!status.ok()) return status;
  if (!existed) name_changes_.push_back({path, std::nullopt, std::nullopt});
  contents_.erase(path);
  *file = std::make_unique<AppendFile>(this, Track(path, 0), std::move(opened));
  return status;
}

IOStatus UnsyncedFileSystem::ReopenWritableFile(
    const std::string& path, const FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  if (!status.ok()) return status;
  uint64_t size = 0;
  const bool existed =
      target()->GetFileSize(path, IOOptions(), &size, debug).ok();
  std::unique_ptr<rocksdb::FSWritableFile> opened;
  status = target()->ReopenWritableFile(path, options, &opened, debug);
  if (!status.ok()) return status;
  if (!existed) name_changes_.push_back({path, std::nullopt, std::nullopt});
  *file =
      std::make_unique<AppendFile>(this, Track(path, size), std::move(opened));
  return status;
}

IOStatus UnsyncedFileSystem::ReuseWritableFile(
    const std::string& /*path*/, const std::string& /*old_path*/,
    const FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSWritableFile>* /*file*/,
    IODebugContext* /*debug*/) {
  return IOStatus::NotSupported("ReuseWritableFile");
}

IOStatus UnsyncedFileSystem::NewRandomRWFile(
    const std::string& path, const FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  if (!status.ok()) return status;
  uint64_t size = 0;
  status = target()->GetFileSize(path, IOOptions(), &size, debug);
  if (!status.ok()) return status;
  std::unique_ptr<rocksdb::FSRandomRWFile> opened;
  status = target()->NewRandomRWFile(path, options, &opened, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<OverwriteFile>(this, Track(path, size),
                                          std::move(opened));
  return status;
}

IOStatus UnsyncedFileSystem::NewDirectory(
    const std::string& path, const IOOptions& options,
    std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> opened;
  IOStatus status = target()->NewDirectory(path, options, &opened, debug);
  if (status.ok()) {
    *result = std::make_unique<Directory>(this, WithoutTrailingSlashes(path),
                                          std::move(opened));
  }
  return status;
}

IOStatus UnsyncedFileSystem::DeleteFile(const std::string& path,
                                        const IOOptions& options,
                                        IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  if (status.ok()) status = target()->DeleteFile(path, options, debug);
  if (!status.ok()) return status;
  contents_.erase(path);
  name_changes_.erase(std::remove_if(name_changes_.begin(), name_changes_.end(),
                                     [&](const NameChange& change) {
                                       return change.path == path;
                                     }),
                      name_changes_.end());
  return status;
}

IOStatus UnsyncedFileSystem::Truncate(const std::string& path, size_t size,
                                      const IOOptions& options,
                                      IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  if (status.ok()) status = target()->Truncate(path, size, options, debug);
  if (!status.ok()) return status;
  const auto content = contents_.find(path);
  if (content != contents_.end()) {
    content->second->size = size;
    content->second->synced_size =
        std::min<uint64_t>(content->second->synced_size, size);
  }
  return status;
}

IOStatus UnsyncedFileSystem::CreateDir(const std::string& path,
                                       const IOOptions& options,
                                       IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  return status.ok() ? target()->CreateDir(path, options, debug) : status;
}

IOStatus UnsyncedFileSystem::CreateDirIfMissing(const std::string& path,
                                                const IOOptions& options,
                                                IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  return status.ok() ? target()->CreateDirIfMissing(path, options, debug)
                     : status;
}

IOStatus UnsyncedFileSystem::ReplacedContent(
    const std::string& path, std::optional<std::string>* content) {
  if (!target()->FileExists(path, IOOptions(), nullptr).ok()) {
    return IOStatus::OK();
  }
  std::string bytes;
  IOStatus status = rocksdb::ReadFileToString(target(), path, &bytes);
  const auto tracked = contents_.find(path);
  if (tracked != contents_.end()) bytes.resize(tracked->second->synced_size);
  *content = std::move(bytes);
  return status;
}

IOStatus UnsyncedFileSystem::RenameFile(const std::string& from,
                                        const std::string& to,
                                        const IOOptions& options,
                                        IODebugContext* debug) {
  MutexLock lock(&mutex_);
  NameChange change = {to, from, std::nullopt};
  IOStatus status = CheckPower();
  if (status.ok()) status = ReplacedContent(to, &change.replaced);
  if (status.ok()) status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  contents_.erase(to);
  if (auto content = contents_.extract(from); !content.empty()) {
    content.key() = to;
    contents_.insert(std::move(content));
  }
  name_changes_.push_back(std::move(change));
  return status;
}

IOStatus UnsyncedFileSystem::LinkFile(const std::string& from,
                                      const std::string& to,
                                      const IOOptions& options,
                                      IODebugContext* debug) {
  MutexLock lock(&mutex_);
  IOStatus status = CheckPower();
  if (status.ok()) status = target()->LinkFile(from, to, options, debug);
  if (!status.ok()) return status;
  const auto content = contents_.find(from);
  if (content != contents_.end()) contents_[to] = content->second;
  name_changes_.push_back({to, std::nullopt, std::nullopt});
  return status;
}

IOStatus UnsyncedFileSystem::Undo(const std::string& path,
                                  const Content& content,
                                  std::mt19937_64* torn) {
  IOStatus status;
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  if (!content.overwrites.empty()) {
    status = target()->NewRandomRWFile(path, FileOptions(), &file, nullptr);
  }
  for (auto overwrite = content.overwrites.rbegin();
       status.ok() && overwrite != content.overwrites.rend(); ++overwrite) {
    const std::string& before = overwrite->before;
    for (size_t at = 0; status.ok() && at < before.size(); at += kSectorBytes) {
      if (torn != nullptr && (*torn)() % 2 == 0) continue;
      status =
          file->Write(overwrite->offset + at, before.substr(at, kSectorBytes),
                      IOOptions(), nullptr);
    }
  }
  if (!status.ok() || content.size <= content.synced_size) return status;
  uint64_t size = content.synced_size;
  if (torn != nullptr) size += (*torn)() % (content.size - size + 1);
  return Resize(path, size);
}

IOStatus UnsyncedFileSystem::Undo(const NameChange& change) {
  const IOOptions options;
  if (!change.renamed_from.has_value()) {
    return IgnoreMissing(target()->DeleteFile(change.path, options, nullptr));
  }
  IOStatus status =
      target()->RenameFile(change.path, *change.renamed_from, options, nullptr);
  if (!status.ok() || !change.replaced.has_value()) return status;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  status =
      target()->NewWritableFile(change.path, FileOptions(), &file, nullptr);
  if (status.ok()) status = file->Append(*change.replaced, options, nullptr);
  if (status.ok()) status = file->Close(options, nullptr);
  return status;
}

absl::Status UnsyncedFileSystem::LoseUnsynced(std::mt19937_64* torn) {
  MutexLock lock(&mutex_);
  powered_ = false;
  for (const auto& [path, content] : contents_) {
    RETURN_IF_ERROR(ToStatus(Undo(path, *content, torn), path));
  }
  while (!name_changes_.empty()) {
    RETURN_IF_ERROR(
        ToStatus(Undo(name_changes_.back()), name_changes_.back().path));
    name_changes_.pop_back();
  }
  return absl::OkStatus();
}

}  // namespace tidemark::storage
