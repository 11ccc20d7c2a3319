#include "storage/backup_directory.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "storage/file_util.h"
#include "storage/review_store.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

constexpr absl::string_view kLabelHeader = "tidemark-backup-v1";
constexpr absl::string_view kAnchorPrefix = "anchor-";

// As a person would name it.
std::string NameOf(const std::string& path, int64_t id) {
  return absl::StrCat("backup ", id, " in ", path);
}

}  // namespace

std::string FormatBackupLabel(const BackupLabel& label) {
  return absl::StrCat(kLabelHeader, "\n", label.id, "\n", label.store, "\n",
                      audit::ToHex(label.anchor), "\n", label.build, "\n");
}

absl::StatusOr<BackupLabel> ParseBackupLabel(absl::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  BackupLabel label;
  if (lines.size() == 6 && lines[0] == kLabelHeader &&
      absl::SimpleAtoi(lines[1], &label.id)) {
    const absl::StatusOr<audit::Digest> anchor = audit::DigestFromHex(lines[3]);
    label.store = lines[2];
    label.build = lines[4];
    if (anchor.ok()) label.anchor = *anchor;
    if (FormatBackupLabel(label) == text) return label;
  }
  return absl::DataLossError("its label is damaged, or not of Tidemark");
}

BackupDirectory::BackupDirectory(
    const std::string& path, std::shared_ptr<rocksdb::FileSystem> file_system)
    : path_(path),
      file_system_(OrDefault(std::move(file_system))),
      env_(rocksdb::NewCompositeEnv(file_system_)) {}

absl::StatusOr<std::unique_ptr<BackupDirectory>> BackupDirectory::Open(
    const std::string& path, std::shared_ptr<rocksdb::FileSystem> file_system) {
  std::unique_ptr<BackupDirectory> directory(
      new BackupDirectory(path, std::move(file_system)));
  ASSIGN_OR_RETURN(const bool exists,
                   FileExists(*directory->file_system_, path + "/meta"));
  if (!exists) {
    return absl::NotFoundError(absl::StrCat("there are no backups in ", path));
  }
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const rocksdb::IOStatus opened = rocksdb::BackupEngineReadOnly::Open(
      rocksdb::BackupEngineOptions(path), directory->env_.get(), &engine);
  directory->engine_.reset(engine);
  RETURN_IF_ERROR(
      ToStatus(opened, absl::StrCat("cannot read the backups in ", path)));
  RETURN_IF_ERROR(directory->ReadIds());
  return directory;
}

absl::Status BackupDirectory::ReadIds() {
  std::vector<std::string> children;
  RETURN_IF_ERROR(ToStatus(file_system_->GetChildren(
                               path_, rocksdb::IOOptions(), &children, nullptr),
                           path_));
  for (const std::string& child : children) {
    absl::string_view number = child;
    int64_t id = 0;
    if (absl::ConsumePrefix(&number, kAnchorPrefix) &&
        absl::SimpleAtoi(number, &id)) {
      ids_.push_back(id);
    }
  }
  std::sort(ids_.begin(), ids_.end());
  return absl::OkStatus();
}

std::string BackupDirectory::AnchorPath(int64_t id) const {
  return absl::StrCat(path_, "/", kAnchorPrefix, id);
}

absl::StatusOr<rocksdb::BackupInfo> BackupDirectory::Info(int64_t id,
                                                          bool files) const {
  rocksdb::BackupInfo info;
  const rocksdb::Status status =
      engine_->GetBackupInfo(static_cast<rocksdb::BackupID>(id), &info, files);
  if (status.IsNotFound()) {
    return absl::NotFoundError(absl::StrCat("there is no ", NameOf(path_, id)));
  }
  RETURN_IF_ERROR(ToStatus(status, NameOf(path_, id)));
  return info;
}

absl::StatusOr<BackupLabel> BackupDirectory::Label(int64_t id) const {
  ASSIGN_OR_RETURN(const rocksdb::BackupInfo info, Info(id, /*files=*/false));
  const absl::StatusOr<BackupLabel> label = ParseBackupLabel(info.app_metadata);
  if (!label.ok()) {
    return absl::DataLossError(
        absl::StrCat(NameOf(path_, id), ": ", label.status().message()));
  }
  if (label->id != id) {
    return absl::DataLossError(
        absl::StrCat(NameOf(path_, id), ": it says to be backup ", label->id,
                     ": its files were swapped with those of another one"));
  }
  return label;
}

absl::StatusOr<BackupContents> BackupDirectory::Verify(int64_t id) const {
  return Verify(id, AnchorPath(id));
}

absl::StatusOr<BackupContents> BackupDirectory::Verify(
    int64_t id, const std::string& anchor_path) const {
  ASSIGN_OR_RETURN(const BackupLabel label, Label(id));
  ASSIGN_OR_RETURN(const std::string anchor_bytes,
                   ReadFile(*file_system_, anchor_path));
  if (audit::Sha256(anchor_bytes) != label.anchor) {
    return absl::DataLossError(
        absl::StrCat(NameOf(path_, id), ": the anchor file ", anchor_path,
                     " is not the one that was made with it"));
  }
  RETURN_IF_ERROR(
      ToStatus(engine_->VerifyBackup(static_cast<rocksdb::BackupID>(id),
                                     /*verify_with_checksum=*/true),
               NameOf(path_, id)));
  AnchorOptions anchor_options;
  anchor_options.path = anchor_path;
  anchor_options.file_system = file_system_;
  anchor_options.read_only = true;
  ASSIGN_OR_RETURN(const std::unique_ptr<Anchor> anchor,
                   Anchor::Open(anchor_options));
  // Keeps the file system in which it can be opened.
  ASSIGN_OR_RETURN(const rocksdb::BackupInfo info, Info(id, /*files=*/true));
  OpenOptions open;
  open.path = info.name_for_open;
  open.file_system = info.env_for_open->GetFileSystem();
  open.read_only = true;
  ASSIGN_OR_RETURN(const std::unique_ptr<ReviewStore> store,
                   ReviewStore::Open(open));
  RETURN_IF_ERROR(store->kv_store().VerifyChecksums());
  BackupContents contents;
  contents.unix_seconds = info.timestamp;
  contents.anchored = anchor->All();
  ASSIGN_OR_RETURN(contents.logs, VerifyAnchor(*store, *anchor));
  for (const AnchorCheck& log : contents.logs) RETURN_IF_ERROR(log.status);
  return contents;
}

absl::Status BackupDirectory::CopyTo(int64_t id,
                                     const std::string& data_dir) const {
  const std::string database = data_dir + "/db";
  RETURN_IF_ERROR(
      ToStatus(engine_->RestoreDBFromBackup(rocksdb::RestoreOptions(),
                                            static_cast<rocksdb::BackupID>(id),
                                            database, database),
               absl::StrCat("cannot copy ", NameOf(path_, id))));
  RETURN_IF_ERROR(SyncDirectory(*file_system_, database));
  ASSIGN_OR_RETURN(const std::string anchor,
                   ReadFile(*file_system_, AnchorPath(id)));
  RETURN_IF_ERROR(WriteSyncedFile(*file_system_, data_dir + "/anchor", anchor));
  return SyncDirectory(*file_system_, data_dir);
}

}  // namespace tidemark::storage
