#include "server/backup_data.h"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "review/errors.h"
#include "server/reason.h"
#include "server/system_log.h"
#include "storage/anchor.h"
#include "storage/backup.h"
#include "storage/file_util.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

namespace fs = std::filesystem;

// Whether a file that is there or not would lie in the directory.
bool IsWithin(const std::string& path, const std::string& directory) {
  std::error_code error;
  const std::string inner = fs::weakly_canonical(path, error).string();
  const std::string outer = fs::weakly_canonical(directory, error).string();
  return inner == outer || absl::StartsWith(inner, outer + "/");
}

absl::Status ValidateRequest(const v1::BackupRequest& request,
                             const std::string& data_dir) {
  review::Violations violations;
  if (!absl::StartsWith(request.directory(), "/")) {
    violations.Add("directory",
                   absl::StrCat("must be an absolute path on the server's "
                                "machine, found \"",
                                request.directory(), "\""));
  } else if (IsWithin(request.directory(), data_dir)) {
    violations.Add("directory",
                   absl::StrCat("must not lie within the data, ", data_dir,
                                ": it would be lost with them"));
  }
  if (request.keep() < 0) {
    violations.Add("keep",
                   absl::StrCat("must be >= 0, found ", request.keep()));
  }
  CheckReason(request.reason(), violations);
  return violations.ToStatus();
}

SystemEvent EventOf(const storage::MadeBackup& made,
                    const v1::BackupRequest& request, const Actor& actor,
                    SystemLog& log) {
  SystemEvent event;
  v1::BackupMade& backup = *event.change.mutable_backup_made();
  backup.set_backup_id(made.id);
  backup.set_directory(request.directory());
  backup.set_actor(actor.name);
  for (const storage::AnchoredCheckpoint& anchored : made.contents.anchored) {
    backup.add_checkpoints(anchored.note);
  }
  event.reason = request.reason();
  event.request_id = log.NewRequestId("backup.make");
  return event;
}

absl::Status Record(SystemEvent event, SystemLog& log) {
  auto written = std::make_shared<std::promise<absl::Status>>();
  log.Append(std::move(event), [written](const absl::Status& status) {
    written->set_value(status);
  });
  return written->get_future().get();
}

}  // namespace

absl::StatusOr<v1::BackupResponse> BackUpData(
    const ServiceContext& context, const v1::BackupRequest& request,
    const Actor& actor, const std::function<bool()>& is_cancelled) {
  RETURN_IF_ERROR(
      ValidateRequest(request, storage::DirectoryOf(context.store->path())));
  storage::BackupOptions options;
  options.directory = request.directory();
  options.keep = request.keep();
  options.build = kEngineBuild;
  options.is_cancelled = is_cancelled;
  ASSIGN_OR_RETURN(
      const storage::MadeBackup made,
      storage::MakeBackup(*context.store, *context.anchor, options));
  const absl::Status recorded = Record(
      EventOf(made, request, actor, *context.system_log), *context.system_log);
  if (!recorded.ok()) {
    return absl::Status(
        recorded.code(),
        absl::StrCat("backup ", made.id, " in ", request.directory(),
                     " is made and verified, but the server's own log cannot "
                     "say so: ",
                     recorded.message()));
  }
  v1::BackupResponse response;
  response.set_backup_id(made.id);
  for (const storage::AnchorCheck& log : made.contents.logs) {
    v1::BackedUpLog* const held = response.add_logs();
    held->set_review_id(log.review);
    held->set_size(log.store_size);
  }
  return response;
}

}  // namespace tidemark::server
