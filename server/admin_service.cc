#include "server/admin_service.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boost/asio/post.hpp"
#include "server/key_rotation.h"
#include "server/roles.h"
#include "server/status_conversion.h"

namespace tidemark::server {

grpc::ServerUnaryReactor* AdminService::RotateKey(
    grpc::CallbackServerContext* call, const v1::RotateKeyRequest* request,
    v1::RotateKeyResponse* response) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  const auto finish = [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status));
  };
  std::optional<Actor> actor =
      context_.admission->Admit(*call, *request, CheckMayAdminister, finish);
  if (!actor.has_value()) return reactor;
  boost::asio::post(
      thread_, [this, request, response, finish, actor = *std::move(actor)] {
        absl::StatusOr<v1::RotateKeyResponse> rotated =
            context_.key_rotation->Rotate(request->reason(), actor);
        if (rotated.ok()) *response = *std::move(rotated);
        finish(rotated.status());
      });
  return reactor;
}

}  // namespace tidemark::server
