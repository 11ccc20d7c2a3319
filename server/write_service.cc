#include "server/write_service.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boost/asio/post.hpp"
#include "server/live_review.h"
#include "server/roles.h"
#include "server/status_conversion.h"

namespace tidemark::server {

grpc::ServerUnaryReactor* WriteService::Apply(grpc::CallbackServerContext* call,
                                              const v1::ApplyRequest* request,
                                              v1::ApplyResponse* response) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::StatusOr<Actor> actor = context_.authenticator->Identify(*call);
  const absl::Status allowed =
      actor.ok() ? CheckMayApply(*actor, request->change()) : actor.status();
  if (!allowed.ok()) {
    reactor->Finish(ToGrpcStatus(allowed));
    return reactor;
  }
  const LiveReview::ApplyCallback done =
      [reactor, response](absl::StatusOr<v1::ApplyResponse> made) {
        const absl::Status status = made.status();
        if (status.ok()) *response = *std::move(made);
        reactor->Finish(ToGrpcStatus(status));
      };
  // To load a review blocks, which a thread of the pool may.
  const auto live = context_.registry->FindLoaded(request->review_id());
  if (live != nullptr) {
    live->Apply(*request, *std::move(actor), done);
    return reactor;
  }
  boost::asio::post(*context_.pool, [this, reactor, request, done,
                                     actor = *std::move(actor)] {
    absl::StatusOr<std::shared_ptr<LiveReview>> live =
        request->change().has_put_review()
            ? context_.registry->FindOrMake(request->review_id())
            : context_.registry->Find(request->review_id());
    if (!live.ok()) return reactor->Finish(ToGrpcStatus(live.status()));
    (*live)->Apply(*request, actor, done);
  });
  return reactor;
}

}  // namespace tidemark::server
