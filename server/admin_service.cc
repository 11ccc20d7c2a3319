#include "server/admin_service.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "boost/asio/post.hpp"
#include "server/backup_data.h"
#include "server/key_rotation.h"
#include "server/roles.h"
#include "server/status_conversion.h"
#include "storage/review_store.h"

namespace tidemark::server {

template <typename Request, typename Response, typename Work>
grpc::ServerUnaryReactor* AdminService::Serve(grpc::CallbackServerContext* call,
                                              const Request& request,
                                              Response* response, Work work) {
  grpc::ServerUnaryReactor* const reactor = call->DefaultReactor();
  const auto finish = [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status));
  };
  const std::optional<Actor> actor = context_.admission->Admit(
      *call, request,
      [](const Actor& caller) { return CheckMayAdminister(caller); }, finish);
  if (!actor.has_value()) return reactor;
  boost::asio::post(thread_, [=, actor = *actor, work = std::move(work)] {
    // It may have waited long for its turn.
    if (call->IsCancelled()) {
      return finish(absl::CancelledError("the call was cancelled"));
    }
    absl::StatusOr<Response> made = work(actor);
    if (made.ok()) *response = *std::move(made);
    finish(made.status());
  });
  return reactor;
}

grpc::ServerUnaryReactor* AdminService::Backup(
    grpc::CallbackServerContext* call, const v1::BackupRequest* request,
    v1::BackupResponse* response) {
  return Serve(call, *request, response, [=](const Actor& actor) {
    return BackUpData(context_, *request, actor,
                      [call] { return call->IsCancelled(); });
  });
}

grpc::ServerUnaryReactor* AdminService::Compact(
    grpc::CallbackServerContext* call, const v1::CompactRequest* request,
    v1::CompactResponse* response) {
  return Serve(call, *request, response,
               [this](const Actor&) -> absl::StatusOr<v1::CompactResponse> {
                 RETURN_IF_ERROR(context_.store->Compact());
                 return v1::CompactResponse();
               });
}

grpc::ServerUnaryReactor* AdminService::RotateKey(
    grpc::CallbackServerContext* call, const v1::RotateKeyRequest* request,
    v1::RotateKeyResponse* response) {
  return Serve(call, *request, response, [=](const Actor& actor) {
    return context_.key_rotation->Rotate(request->reason(), actor);
  });
}

}  // namespace tidemark::server
