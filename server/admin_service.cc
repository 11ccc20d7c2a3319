#include "server/admin_service.h"

#include "absl/status/status.h"
#include "boost/asio/post.hpp"
#include "server/roles.h"
#include "server/status_conversion.h"
#include "storage/review_store.h"

namespace tidemark::server {

grpc::ServerUnaryReactor* AdminService::Compact(
    grpc::CallbackServerContext* call, const v1::CompactRequest* request,
    v1::CompactResponse* /*response*/) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  const auto finish = [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status));
  };
  const auto actor =
      context_.admission->Admit(*call, *request, CheckMayAdminister, finish);
  if (!actor.has_value()) return reactor;
  boost::asio::post(thread_,
                    [this, finish] { finish(context_.store->Compact()); });
  return reactor;
}

}  // namespace tidemark::server
