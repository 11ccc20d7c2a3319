#include "client/backup.h"

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/connection.h"
#include "client/status_conversion.h"
#include "grpcpp/client_context.h"
#include "tidemark/v1/admin_service.grpc.pb.h"

namespace tidemark::client {

absl::StatusOr<v1::BackupResponse> MakeBackup(
    const Connection& connection, const v1::BackupRequest& request) {
  const auto stub = v1::AdminService::NewStub(connection.channel());
  grpc::ClientContext context;
  connection.Authorise(&context);
  v1::BackupResponse response;
  RETURN_IF_ERROR(FromGrpcStatus(stub->Backup(&context, request, &response)));
  return response;
}

}  // namespace tidemark::client
