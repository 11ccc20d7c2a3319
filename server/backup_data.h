// Backs the data of a running server up.
#ifndef TIDEMARK_SERVER_BACKUP_DATA_H_
#define TIDEMARK_SERVER_BACKUP_DATA_H_

#include <functional>

#include "absl/status/statusor.h"
#include "server/roles.h"
#include "server/service_context.h"
#include "tidemark/v1/admin_service.pb.h"

namespace tidemark::server {

// Makes a verified backup (storage/backup.h) and says so in the server's own
// log. Blocks for as long as that takes; `is_cancelled` gives it up.
// INVALID_ARGUMENT with a BadRequest: the directory is no absolute path or lies
// within the data, or the reason is too short or too long. Else as MakeBackup.
// An error of the log means that the backup is there, and says so.
absl::StatusOr<v1::BackupResponse> BackUpData(
    const ServiceContext& context, const v1::BackupRequest& request,
    const Actor& actor, const std::function<bool()>& is_cancelled);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_BACKUP_DATA_H_
