#include "server/restore_data.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "boost/asio/thread_pool.hpp"
#include "review/errors.h"
#include "review/validate_review.h"
#include "rocksdb/file_system.h"
#include "server/committer.h"
#include "server/live_review.h"
#include "server/log_signer.h"
#include "server/reason.h"
#include "server/review_registry.h"
#include "storage/anchor.h"
#include "storage/backup_directory.h"
#include "storage/file_util.h"
#include "storage/key_file.h"
#include "storage/review_store.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {
namespace {

namespace fs = std::filesystem;

constexpr int kThreads = 2;

// The data in the making, as a server has them. Members are destroyed in
// reverse.
class PartialData {
 public:
  PartialData(const RestoreOptions& options, const RestoredData& backup)
      : options_(options), backup_(backup) {}
  ~PartialData() {
    // Reviews estimate on the pool and ask the committer until then.
    if (committer_ != nullptr) committer_->Stop();
    pool_.join();
  }
  PartialData(const PartialData&) = delete;
  PartialData& operator=(const PartialData&) = delete;

  absl::Status Open(const std::string& directory, storage::KeyRing keys) {
    seed_ = keys.front();
    storage::OpenOptions open;
    open.path = directory + "/db";
    open.create_if_missing = false;
    ASSIGN_OR_RETURN(store_, storage::ReviewStore::Open(open));
    storage::AnchorOptions anchor;
    anchor.path = directory + "/anchor";
    anchor.must_exist = true;
    ASSIGN_OR_RETURN(anchor_, storage::Anchor::Open(anchor));
    committer_ = std::make_unique<Committer>(store_.get(), anchor_.get());
    registry_ = std::make_unique<ReviewRegistry>(environment(), anchor_.get(),
                                                 std::move(keys));
    return registry_->LoadAll();
  }

  absl::StatusOr<std::vector<RestoredLog>> BeginEpoch() {
    ASSIGN_OR_RETURN(const auto logs, Logs());
    int64_t epoch = absl::ToUnixSeconds(options_.clock->Now());
    for (const auto& log : logs) epoch = std::max(epoch, log->epoch() + 1);
    std::vector<RestoredLog> restored;
    for (const auto& log : logs) {
      ASSIGN_OR_RETURN(restored.emplace_back(), BeginEpoch(*log, epoch));
      TIDEMARK_FAILPOINT("restore_epoch");
    }
    return restored;
  }

 private:
  LiveReviewEnvironment environment() {
    return {store_.get(), committer_.get(), &pool_, options_.clock};
  }

  // By review. A backup holds logs that can all be served, or it is none.
  absl::StatusOr<std::vector<std::shared_ptr<LiveReview>>> Logs() {
    std::vector<std::shared_ptr<LiveReview>> logs;
    for (const ReviewRegistry::Listed& listed : registry_->List()) {
      RETURN_IF_ERROR(listed.problem);
      logs.push_back(listed.live);
    }
    ASSIGN_OR_RETURN(const auto system, registry_->System());
    if (system->Committed()->sequence() == 0) {
      return absl::DataLossError(
          absl::StrCat("the backup lacks the server's own log, \"",
                       review::kSystemLog, "\""));
    }
    logs.push_back(system);
    std::sort(logs.begin(), logs.end(), [](const auto& a, const auto& b) {
      return a->review_id() < b->review_id();
    });
    return logs;
  }

  absl::StatusOr<RestoredLog> BeginEpoch(const LiveReview& before,
                                         int64_t epoch) {
    const std::string& review = before.review_id();
    ASSIGN_OR_RETURN(const audit::Signer signer,
                     audit::FirstSignerOf(seed_, review, epoch));
    v1::ApplyRequest request;
    request.set_review_id(review);
    request.set_reason(options_.reason);
    request.set_request_id(absl::StrCat("log.restore/", epoch));
    v1::LogRestored& restored =
        *request.mutable_change()->mutable_log_restored();
    restored.set_old_checkpoint(before.checkpoint().note);
    restored.set_old_vkey(before.vkey());
    restored.set_vkey(signer.vkey());
    restored.mutable_backup_time()->set_seconds(backup_.backup_unix_seconds);
    ASSIGN_OR_RETURN(std::unique_ptr<LogSigner> log_signer,
                     registry_->LoadSigner(review));
    log_signer->BeginEpoch(signer);
    ASSIGN_OR_RETURN(
        const auto log,
        LiveReview::Load(environment(), review, epoch, std::move(log_signer)));
    ASSIGN_OR_RETURN(const v1::ApplyResponse made,
                     Apply(*log, std::move(request)));
    return RestoredLog{review, made.sequence(), signer.vkey()};
  }

  static absl::StatusOr<v1::ApplyResponse> Apply(LiveReview& log,
                                                 v1::ApplyRequest request) {
    auto made =
        std::make_shared<std::promise<absl::StatusOr<v1::ApplyResponse>>>();
    log.Apply(std::move(request), {"server", "internal", {}},
              [made](absl::StatusOr<v1::ApplyResponse> response) {
                made->set_value(std::move(response));
              });
    return made->get_future().get();
  }

  const RestoreOptions& options_;
  const RestoredData& backup_;
  audit::KeySeed seed_ = {};
  boost::asio::thread_pool pool_{kThreads};
  std::unique_ptr<storage::ReviewStore> store_;
  std::unique_ptr<storage::Anchor> anchor_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<ReviewRegistry> registry_;
};

// A directory that is removed again unless it is given its name.
class PartialDirectory {
 public:
  explicit PartialDirectory(std::string path) : path_(std::move(path)) {}
  ~PartialDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  PartialDirectory(const PartialDirectory&) = delete;
  PartialDirectory& operator=(const PartialDirectory&) = delete;

  absl::Status GiveName(const std::string& name,
                        rocksdb::FileSystem& file_system) {
    std::error_code error;
    fs::rename(path_, name, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat(
          "cannot rename ", path_, " to ", name, ": ", error.message()));
    }
    path_.clear();
    return storage::SyncDirectory(file_system, storage::DirectoryOf(name));
  }

 private:
  std::string path_;
};

absl::Status CheckTarget(const std::string& data_dir,
                         const std::string& partial) {
  std::error_code error;
  const bool is_free =
      !fs::exists(data_dir, error) ||
      (fs::is_directory(data_dir, error) && fs::is_empty(data_dir, error));
  if (!is_free) {
    return absl::FailedPreconditionError(
        absl::StrCat(data_dir,
                     " is there and not empty: a restore makes a new "
                     "directory and writes over nothing"));
  }
  if (fs::exists(partial, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat(partial,
                     " is what a restore left that did not finish, or "
                     "that still runs: if none runs, remove it"));
  }
  return absl::OkStatus();
}

// One that a slash ends has no name to put something behind.
std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

absl::StatusOr<RestoredData> RestoreData(const RestoreOptions& options) {
  review::Violations violations;
  CheckReason(options.reason, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string data_dir = WithoutSlash(options.data_dir);
  const std::string partial = data_dir + ".partial";
  RETURN_IF_ERROR(CheckTarget(data_dir, partial));
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::BackupDirectory> backups,
                   storage::BackupDirectory::Open(options.backup_dir, nullptr));
  RestoredData restored;
  restored.backup_id = options.backup_id;
  if (restored.backup_id == 0) {
    if (backups->ids().empty()) {
      return absl::NotFoundError(absl::StrCat(
          options.backup_dir, " holds no backup that was finished"));
    }
    restored.backup_id = backups->ids().back();
  }
  storage::KeyFileOptions key;
  key.path = options.key_path;
  key.create_if_missing = false;
  ASSIGN_OR_RETURN(const storage::KeyRing keys, storage::LoadKeyFile(key));
  ASSIGN_OR_RETURN(const storage::BackupContents contents,
                   backups->Verify(restored.backup_id));
  restored.backup_unix_seconds = contents.unix_seconds;

  const auto file_system = storage::OrDefault(nullptr);
  RETURN_IF_ERROR(storage::MakeDirectory(*file_system, partial));
  PartialDirectory directory(partial);
  RETURN_IF_ERROR(backups->CopyTo(restored.backup_id, partial));
  TIDEMARK_FAILPOINT("restore_copied");
  {
    PartialData data(options, restored);
    RETURN_IF_ERROR(data.Open(partial, keys));
    ASSIGN_OR_RETURN(restored.logs, data.BeginEpoch());
  }
  TIDEMARK_FAILPOINT("restore_before_rename");
  RETURN_IF_ERROR(directory.GiveName(data_dir, *file_system));
  return restored;
}

}  // namespace tidemark::server
