#include "server/watch_service.h"

#include <chrono>
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
  // Finish() ends it, on any thread.
  Refusal() = default;
  explicit Refusal(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchResponse>* WatchService::Watch(
    grpc::CallbackServerContext* call, const v1::WatchRequest* request) {
  auto refusal = std::make_unique<Refusal>();
  const auto may_read = [request](const Actor& actor) {
    return CheckMayRead(actor, request->review_id());
  };
  const auto finish = [refusal = refusal.get()](const absl::Status& status) {
    refusal->Finish(ToGrpcStatus(status));
  };
  if (!context_.admission->Admit(*call, *request, may_read, finish)) {
    // It deletes itself.
    return refusal.release();
  }
  absl::StatusOr<std::shared_ptr<LiveReview>> live =
      context_.registry->Find(request->review_id());
  if (!live.ok()) return new Refusal(live.status());
  auto watch = std::make_shared<server::Watch>(*request, *std::move(live),
                                               context_.store, context_.pool,
                                               [this] { OnWatchDone(); });
  {
    MutexLock lock(&mutex_);
    if (stopping_) {
      return new Refusal(absl::UnavailableError("the server stops"));
    }
    ++active_;
    for (auto it = watches_.begin(); it != watches_.end();) {
      it = it->expired() ? watches_.erase(it) : std::next(it);
    }
    watches_.insert(watch);
  }
  watch->Start();
  return watch.get();
}

void WatchService::OnWatchDone() {
  MutexLock lock(&mutex_);
  --active_;
  changed_.NotifyAll();
}

void WatchService::Shutdown(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  MutexLock lock(&mutex_);
  stopping_ = true;
  for (const std::weak_ptr<server::Watch>& weak : watches_) {
    if (const std::shared_ptr<server::Watch> watch = weak.lock()) {
      watch->End(v1::WatchEnd::SHUTTING_DOWN, "the server stops");
    }
  }
  while (active_ > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    changed_.WaitFor(&mutex_, left);
  }
}

}  // namespace tidemark::server
