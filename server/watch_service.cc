#include "server/watch_service.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "server/roles.h"
#include "server/status_conversion.h"
#include "server/watch.h"

namespace tidemark::server {
namespace {

// A call that ends before it begins.
class Refusal final : public grpc::ServerWriteReactor<v1::WatchResponse> {
 public:
  explicit Refusal(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

absl::Status CheckMayWatch(const ServiceContext& context,
                           const grpc::CallbackServerContext& call) {
  const absl::StatusOr<Actor> actor = context.authenticator->Identify(call);
  return actor.ok() ? CheckMayRead(*actor) : actor.status();
}

}  // namespace

grpc::ServerWriteReactor<v1::WatchResponse>* WatchService::Watch(
    grpc::CallbackServerContext* call, const v1::WatchRequest* request) {
  if (const absl::Status allowed = CheckMayWatch(context_, *call);
      !allowed.ok()) {
    return new Refusal(allowed);
  }
  absl::StatusOr<std::shared_ptr<LiveReview>> live =
      context_.registry->Find(request->review_id());
  if (!live.ok()) return new Refusal(live.status());
  auto watch = std::make_shared<server::Watch>(*request, *std::move(live),
                                               context_.store, context_.pool);
  {
    MutexLock lock(&mutex_);
    if (stopping_) {
      return new Refusal(absl::UnavailableError("the server stops"));
    }
    for (auto it = watches_.begin(); it != watches_.end();) {
      it = it->expired() ? watches_.erase(it) : std::next(it);
    }
    watches_.insert(watch);
  }
  watch->Start();
  return watch.get();
}

void WatchService::Shutdown() {
  MutexLock lock(&mutex_);
  stopping_ = true;
  for (const std::weak_ptr<server::Watch>& weak : watches_) {
    if (const std::shared_ptr<server::Watch> watch = weak.lock()) {
      watch->End(v1::WatchEnd::SHUTTING_DOWN, "the server stops");
    }
  }
}

}  // namespace tidemark::server
