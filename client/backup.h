// Has a server back its data up.
#ifndef TIDEMARK_CLIENT_BACKUP_H_
#define TIDEMARK_CLIENT_BACKUP_H_

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "tidemark/v1/admin_service.pb.h"

namespace tidemark::client {

// Waits for as long as it takes, and is not repeated: each call makes another
// backup. UNAVAILABLE may mean that it was made; the server's own log says.
absl::StatusOr<v1::BackupResponse> MakeBackup(const Connection& connection,
                                              const v1::BackupRequest& request);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_BACKUP_H_
