#include "server/write_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/post.hpp"
#include "server/live_review.h"
#include "server/roles.h"
#include "server/status_conversion.h"

namespace tidemark::server {
namespace {

absl::Status NotLogged(const absl::Status& why) {
  return absl::Status(
      why.code(),
      absl::StrCat("stored as sequence 1, but the server's own log cannot say "
                   "that the review was created: ",
                   why.message(), "; repeat with the same request_id"));
}

}  // namespace

grpc::ServerUnaryReactor* WriteService::Apply(grpc::CallbackServerContext* call,
                                              const v1::ApplyRequest* request,
                                              v1::ApplyResponse* response) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  std::optional<Actor> actor = context_.admission->Admit(
      *call, *request,
      [request](const Actor& caller) {
        return CheckMayApply(caller, *request);
      },
      [reactor](const absl::Status& refusal) {
        reactor->Finish(ToGrpcStatus(refusal));
      });
  if (!actor.has_value()) return reactor;
  LiveReview::ApplyCallback done =
      [reactor, response](absl::StatusOr<v1::ApplyResponse> made) {
        const absl::Status status = made.status();
        if (status.ok()) *response = *std::move(made);
        reactor->Finish(ToGrpcStatus(status));
      };
  if (request->change().has_put_review() && !request->validate_only()) {
    done = OnceCreationIsLogged(request->review_id(), std::move(done));
  }
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

// A creation is in two logs. The review's own is first: a machine that stops
// between the two leaves a review that the next start enters into the other.
LiveReview::ApplyCallback WriteService::OnceCreationIsLogged(
    const std::string& review, LiveReview::ApplyCallback done) {
  return [this, review,
          done = std::move(done)](absl::StatusOr<v1::ApplyResponse> made) {
    if (!made.ok() || made->sequence() != 1) return done(std::move(made));
    context_.system_log->RecordCreated(
        review,
        [made = std::move(made), done](const absl::Status& logged) mutable {
          done(logged.ok() ? std::move(made) : NotLogged(logged));
        });
  };
}

}  // namespace tidemark::server
