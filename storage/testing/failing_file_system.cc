#include "storage/testing/failing_file_system.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace tidemark::storage {

using ::rocksdb::FileOptions;
using ::rocksdb::IODebugContext;
using ::rocksdb::IOOptions;
using ::rocksdb::IOStatus;
using ::rocksdb::Slice;

class FailingFileSystem::AppendFile final
    : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  AppendFile(FailingFileSystem* owner, std::string path,
             std::unique_ptr<rocksdb::FSWritableFile> target)
      : FSWritableFileOwnerWrapper(std::move(target)),
        owner_(owner),
        path_(std::move(path)) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    IOStatus status = owner_->CheckWrite(path_);
    if (status.ok()) return target()->Append(data, options, debug);
    if (owner_->half_written()) {
      target()
          ->Append(Slice(data.data(), data.size() / 2), options, debug)
          .PermitUncheckedError();
    }
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*verification*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = owner_->CheckSync(path_);
    return status.ok() ? target()->Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  FailingFileSystem* const owner_;
  const std::string path_;
};

class FailingFileSystem::OverwriteFile final
    : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  OverwriteFile(FailingFileSystem* owner, std::string path,
                std::unique_ptr<rocksdb::FSRandomRWFile> target)
      : FSRandomRWFileOwnerWrapper(std::move(target)),
        owner_(owner),
        path_(std::move(path)) {}

  IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* debug) override {
    IOStatus status = owner_->CheckWrite(path_);
    if (status.ok()) return target()->Write(offset, data, options, debug);
    if (owner_->half_written()) {
      target()
          ->Write(offset, Slice(data.data(), data.size() / 2), options, debug)
          .PermitUncheckedError();
    }
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = owner_->CheckSync(path_);
    return status.ok() ? target()->Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  FailingFileSystem* const owner_;
  const std::string path_;
};

FailingFileSystem::FailingFileSystem()
    : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void FailingFileSystem::Fail(const DiskFault& fault) {
  MutexLock lock(&mutex_);
  fault_ = fault;
}

void FailingFileSystem::Mend() {
  MutexLock lock(&mutex_);
  fault_.reset();
}

bool FailingFileSystem::failed() const {
  MutexLock lock(&mutex_);
  return failed_;
}

bool FailingFileSystem::half_written() const {
  MutexLock lock(&mutex_);
  return fault_.has_value() && fault_->half_written;
}

IOStatus FailingFileSystem::CheckWrite(const std::string& path) {
  return Check(path, &DiskFault::writes);
}

IOStatus FailingFileSystem::CheckSync(const std::string& path) {
  return Check(path, &DiskFault::syncs);
}

IOStatus FailingFileSystem::Check(const std::string& path,
                                  bool DiskFault::*affected) {
  MutexLock lock(&mutex_);
  if (!fault_.has_value() || !((*fault_).*affected) ||
      path.find(fault_->path_part) == std::string::npos ||
      fault_->successes-- > 0) {
    return IOStatus::OK();
  }
  failed_ = true;
  return fault_->no_space ? IOStatus::NoSpace(path, "the disk is full")
                          : IOStatus::IOError(path, "the disk fails");
}

IOStatus FailingFileSystem::NewWritableFile(
    const std::string& path, const FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  IOStatus status = CheckWrite(path);
  if (!status.ok()) return status;
  std::unique_ptr<rocksdb::FSWritableFile> opened;
  status = target()->NewWritableFile(path, options, &opened, debug);
  if (status.ok()) {
    *file = std::make_unique<AppendFile>(this, path, std::move(opened));
  }
  return status;
}

IOStatus FailingFileSystem::NewRandomRWFile(
    const std::string& path, const FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomRWFile> opened;
  IOStatus status = target()->NewRandomRWFile(path, options, &opened, debug);
  if (status.ok()) {
    *file = std::make_unique<OverwriteFile>(this, path, std::move(opened));
  }
  return status;
}

}  // namespace tidemark::storage
