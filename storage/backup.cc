#include "storage/backup.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/backup_directory.h"
#include "storage/database.h"
#include "storage/file_util.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

// How many bytes are copied before a look at whether the store still writes.
constexpr uint64_t kLookBytes = uint64_t{4} << 20;
// Of an anchor whose backup is not finished.
constexpr absl::string_view kDraftSuffix = ".new";

// One backup in the making, in a directory that it has locked. One use.
class BackupMaker {
 public:
  BackupMaker(const ReviewStore& store, const BackupOptions& options)
      : store_(store),
        options_(options),
        path_(options.directory),
        file_system_(OrDefault(options.file_system)),
        env_(rocksdb::NewCompositeEnv(file_system_)) {}

  ~BackupMaker() {
    if (lock_ == nullptr) return;
    file_system_->UnlockFile(lock_, rocksdb::IOOptions(), nullptr)
        .PermitUncheckedError();
  }
  BackupMaker(const BackupMaker&) = delete;
  BackupMaker& operator=(const BackupMaker&) = delete;

  absl::StatusOr<MadeBackup> Make(const Anchor& anchor) {
    RETURN_IF_ERROR(MakeDirectory(*file_system_, path_));
    RETURN_IF_ERROR(Lock());
    RETURN_IF_ERROR(OpenEngine());
    ASSIGN_OR_RETURN(const auto before,
                     BackupDirectory::Open(path_, file_system_));
    RETURN_IF_ERROR(CheckIsOurs(*before));
    MadeBackup made;
    made.id = NextId();
    RETURN_IF_ERROR(RemoveUnfinished(before->ids()));
    const std::string anchor_path = before->AnchorPath(made.id);
    const std::string draft = absl::StrCat(anchor_path, kDraftSuffix);
    absl::StatusOr<BackupContents> contents =
        CopyAndVerify(anchor, made.id, draft);
    if (!contents.ok()) {
      RemoveUnfinished(before->ids()).IgnoreError();  // The next one does it.
      return contents.status();
    }
    made.contents = *std::move(contents);
    TIDEMARK_FAILPOINT("backup_verified");
    RETURN_IF_ERROR(
        ToStatus(file_system_->RenameFile(draft, anchor_path,
                                          rocksdb::IOOptions(), nullptr),
                 absl::StrCat("cannot finish ", anchor_path)));
    RETURN_IF_ERROR(SyncDirectory(*file_system_, path_));
    const absl::Status purged = Purge(before->ids());
    if (purged.ok()) return made;
    return absl::Status(
        purged.code(),
        absl::StrCat("backup ", made.id, " in ", path_,
                     " is made and verified, but older ones are not deleted: ",
                     purged.message()));
  }

 private:
  absl::Status Lock() {
    const rocksdb::IOStatus locked = file_system_->LockFile(
        path_ + "/LOCK", rocksdb::IOOptions(), &lock_, nullptr);
    if (locked.ok()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("another backup is being made in ", path_, " (",
                     locked.ToString(), ")"));
  }

  absl::Status OpenEngine() {
    rocksdb::BackupEngineOptions engine_options(path_);
    engine_options.callback_trigger_interval_size = kLookBytes;
    rocksdb::BackupEngine* engine = nullptr;
    const rocksdb::IOStatus opened =
        rocksdb::BackupEngine::Open(engine_options, env_.get(), &engine);
    engine_.reset(engine);
    return ToStatus(opened, absl::StrCat("cannot make backups in ", path_));
  }

  // Else `keep` would delete what somebody else relies on.
  absl::Status CheckIsOurs(const BackupDirectory& directory) {
    ASSIGN_OR_RETURN(store_id_, store_.kv_store().Identity());
    if (directory.ids().empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const BackupLabel newest,
                     directory.Label(directory.ids().back()));
    if (newest.store == store_id_) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(path_, " holds backups of another store, ", newest.store,
                     "; this one is ", store_id_, " (", store_.path(),
                     "): give it a directory of its own"));
  }

  std::vector<int64_t> IdsOfEngine() const {
    std::vector<rocksdb::BackupInfo> infos;
    engine_->GetBackupInfo(&infos);
    std::vector<rocksdb::BackupID> damaged;
    engine_->GetCorruptedBackups(&damaged);
    std::vector<int64_t> ids(damaged.begin(), damaged.end());
    for (const rocksdb::BackupInfo& info : infos) ids.push_back(info.backup_id);
    return ids;
  }

  // As the engine numbers it, which counts what it then deletes.
  int64_t NextId() const {
    int64_t last = 0;
    for (const int64_t id : IdsOfEngine()) last = std::max(last, id);
    return last + 1;
  }

  absl::Status RemoveUnfinished(const std::vector<int64_t>& finished) {
    for (const int64_t id : IdsOfEngine()) {
      if (std::find(finished.begin(), finished.end(), id) != finished.end()) {
        continue;
      }
      RETURN_IF_ERROR(DeleteFromEngine(id));
    }
    std::vector<std::string> children;
    RETURN_IF_ERROR(
        ToStatus(file_system_->GetChildren(path_, rocksdb::IOOptions(),
                                           &children, nullptr),
                 path_));
    for (const std::string& child : children) {
      if (!absl::StartsWith(child, "anchor-") ||
          !absl::EndsWith(child, kDraftSuffix)) {
        continue;
      }
      RETURN_IF_ERROR(DeleteFile(absl::StrCat(path_, "/", child)));
    }
    return absl::OkStatus();
  }

  // Oldest first. A backup without its anchor is none, so that goes first.
  absl::Status Purge(const std::vector<int64_t>& older) {
    if (options_.keep == 0) return absl::OkStatus();
    const auto older_kept = static_cast<size_t>(options_.keep - 1);
    for (size_t i = 0; i + older_kept < older.size(); ++i) {
      RETURN_IF_ERROR(DeleteFile(absl::StrCat(path_, "/anchor-", older[i])));
      RETURN_IF_ERROR(DeleteFromEngine(older[i]));
    }
    return absl::OkStatus();
  }

  absl::Status DeleteFile(const std::string& path) {
    return ToStatus(
        file_system_->DeleteFile(path, rocksdb::IOOptions(), nullptr),
        absl::StrCat("cannot delete ", path));
  }

  absl::Status DeleteFromEngine(int64_t id) {
    return ToStatus(engine_->DeleteBackup(static_cast<rocksdb::BackupID>(id)),
                    absl::StrCat("cannot delete backup ", id, " in ", path_));
  }

  absl::StatusOr<BackupContents> CopyAndVerify(const Anchor& anchor, int64_t id,
                                               const std::string& draft) {
    ASSIGN_OR_RETURN(const audit::Digest digest, WriteAnchor(anchor, draft));
    TIDEMARK_FAILPOINT("backup_anchored");
    RETURN_IF_ERROR(Copy({id, store_id_, digest, options_.build}));
    TIDEMARK_FAILPOINT("backup_copied");
    ASSIGN_OR_RETURN(const auto directory,
                     BackupDirectory::Open(path_, file_system_));
    return directory->Verify(id, draft);
  }

  absl::StatusOr<audit::Digest> WriteAnchor(const Anchor& anchor,
                                            const std::string& draft) {
    AnchorOptions anchor_options;
    anchor_options.path = draft;
    anchor_options.file_system = file_system_;
    ASSIGN_OR_RETURN(const std::unique_ptr<Anchor> copy,
                     Anchor::Open(anchor_options));
    RETURN_IF_ERROR(copy->Update(anchor.All()));
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(*file_system_, draft));
    return audit::Sha256(bytes);
  }

  bool IsCancelled() const {
    return options_.is_cancelled && options_.is_cancelled();
  }

  absl::Status Copy(const BackupLabel& label) {
    rocksdb::CreateBackupOptions create;
    create.progress_callback = [this] {
      if (!store_.write_error().ok() || IsCancelled()) engine_->StopBackup();
    };
    rocksdb::BackupID made = 0;
    const absl::Status copied =
        store_.kv_store().UseDatabase([&](const Database& database) {
          return ToStatus(
              engine_->CreateNewBackupWithMetadata(
                  create, &database.rocksdb(), FormatBackupLabel(label), &made),
              absl::StrCat("cannot make a backup in ", path_));
        });
    // The store's own error says more than that it was stopped.
    RETURN_IF_ERROR(store_.write_error());
    if (!copied.ok() && IsCancelled()) {
      return absl::CancelledError(
          absl::StrCat("the backup in ", path_, " was given up"));
    }
    RETURN_IF_ERROR(copied);
    if (made == label.id) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("the backup in ", path_,
                                            " was to be number ", label.id,
                                            " and is number ", made));
  }

  const ReviewStore& store_;
  const BackupOptions& options_;
  const std::string path_;
  const std::shared_ptr<rocksdb::FileSystem> file_system_;
  const std::unique_ptr<rocksdb::Env> env_;
  rocksdb::FileLock* lock_ = nullptr;
  std::unique_ptr<rocksdb::BackupEngine> engine_;
  std::string store_id_;
};

}  // namespace

absl::StatusOr<MadeBackup> MakeBackup(const ReviewStore& store,
                                      const Anchor& anchor,
                                      const BackupOptions& options) {
  return BackupMaker(store, options).Make(anchor);
}

}  // namespace tidemark::storage
