#include "server/watch_service.h"

#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "review/errors.h"
#include "server/roles.h"
#include "server/status_conversion.h"

namespace tidemark::server {
namespace {

// When a place among the watches may be free again.
constexpr int kRetrySeconds = 10;

// A call that ends before it begins.
class Refusal final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // Finish() ends it, on any thread.
  Refusal() = default;
  explicit Refusal(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

absl::StatusOr<v1::WatchRequest> Parse(const grpc::ByteBuffer& bytes) {
  // Reading takes them.
  grpc::ByteBuffer copy = bytes;
  v1::WatchRequest request;
  const grpc::Status parsed =
      grpc::SerializationTraits<v1::WatchRequest>::Deserialize(&copy, &request);
  if (parsed.ok()) return request;
  return absl::InvalidArgumentError("the request is not a WatchRequest");
}

absl::Status TooMany(const std::string& whose, int most) {
  absl::Status status =
      review::Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_WATCHES",
                    absl::StrCat(whose, " ", most,
                                 " watches, which is the most; end one, or ",
                                 "come again in ", kRetrySeconds, " s"),
                    {{"most", absl::StrCat(most)}});
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(kRetrySeconds);
  status.SetPayload("type.googleapis.com/google.rpc.RetryInfo",
                    absl::Cord(retry.SerializeAsString()));
  return status;
}

void EndForStop(server::Watch& watch) {
  watch.End(v1::WatchEnd::SHUTTING_DOWN, "the server stops");
}

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchService::Watch(
    grpc::CallbackServerContext* call, const grpc::ByteBuffer* request) {
  const absl::StatusOr<v1::WatchRequest> parsed = Parse(*request);
  if (!parsed.ok()) return new Refusal(parsed.status());
  auto refusal = std::make_unique<Refusal>();
  const auto may_read = [&parsed](const Actor& actor) {
    return CheckMayRead(actor, parsed->review_id());
  };
  const auto finish = [refusal = refusal.get()](const absl::Status& status) {
    refusal->Finish(ToGrpcStatus(status));
  };
  const std::optional<Actor> actor =
      context_.admission->Admit(*call, *parsed, may_read, finish);
  // It deletes itself.
  if (!actor.has_value()) return refusal.release();
  if (const absl::Status entered = Enter(actor->name); !entered.ok()) {
    return new Refusal(entered);
  }
  const absl::StatusOr<std::shared_ptr<server::Watch>> watch =
      Begin(call, *parsed, *actor);
  if (!watch.ok()) {
    OnWatchDone(actor->name);
    return new Refusal(watch.status());
  }
  return watch->get();
}

absl::StatusOr<std::shared_ptr<server::Watch>> WatchService::Begin(
    grpc::CallbackServerContext* call, const v1::WatchRequest& request,
    const Actor& actor) {
  ASSIGN_OR_RETURN(std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  WatchCall watch_call;
  watch_call.context = call;
  watch_call.may_still_read = [admission = context_.admission, call,
                               review = request.review_id()]() -> absl::Status {
    ASSIGN_OR_RETURN(const Actor now, admission->Identify(*call));
    return CheckMayRead(now, review);
  };
  watch_call.on_done = [this, name = actor.name] { OnWatchDone(name); };
  watch_call.stall_limit = limits_.stall;
  ASSIGN_OR_RETURN(std::shared_ptr<server::Watch> watch,
                   server::Watch::Create(request, GroupOf(std::move(live)),
                                         std::move(watch_call)));
  watch->Start();
  // Before it could be found, who may read may have changed, and the server
  // begun to stop.
  watch->Recheck();
  if (IsStopping()) EndForStop(*watch);
  return watch;
}

absl::Status WatchService::Enter(const std::string& actor) {
  MutexLock lock(&mutex_);
  if (stopping_) return absl::UnavailableError("the server stops");
  if (active_ >= limits_.most) return TooMany("the server has", limits_.most);
  int& of_actor = active_of_[actor];
  if (of_actor >= limits_.most_of_an_actor) {
    return TooMany(absl::StrCat("\"", actor, "\" has"),
                   limits_.most_of_an_actor);
  }
  ++active_;
  ++of_actor;
  if (!ticking_) Tick();
  return absl::OkStatus();
}

void WatchService::OnWatchDone(const std::string& actor) {
  MutexLock lock(&mutex_);
  --active_;
  if (--active_of_[actor] == 0) active_of_.erase(actor);
  changed_.NotifyAll();
}

std::shared_ptr<WatchGroup> WatchService::GroupOf(
    std::shared_ptr<LiveReview> live) {
  MutexLock lock(&mutex_);
  // A group keeps its review, so the pointer to one that is left means nothing.
  for (auto it = groups_.begin(); it != groups_.end();) {
    it = it->second.expired() ? groups_.erase(it) : std::next(it);
  }
  std::weak_ptr<WatchGroup>& known = groups_[live.get()];
  std::shared_ptr<WatchGroup> group = known.lock();
  if (group == nullptr) {
    group = WatchGroup::Create(std::move(live), context_.store, context_.pool);
    known = group;
  }
  return group;
}

WatchService::Groups WatchService::AllGroups() {
  MutexLock lock(&mutex_);
  Groups groups;
  for (const auto& [live, weak] : groups_) {
    if (auto group = weak.lock()) groups.push_back(std::move(group));
  }
  return groups;
}

bool WatchService::IsStopping() {
  MutexLock lock(&mutex_);
  return stopping_;
}

void WatchService::Tick() {
  ticking_ = active_ > 0 && !stopping_;
  if (!ticking_) return;
  ticker_.expires_after(kWatchTick);
  ticker_.async_wait([this](const boost::system::error_code&) {
    const auto now = std::chrono::steady_clock::now();
    for (const std::shared_ptr<WatchGroup>& group : AllGroups()) {
      group->ForEach([now](server::Watch& watch) { watch.Tick(now); });
    }
    MutexLock lock(&mutex_);
    Tick();
  });
}

void WatchService::Recheck() {
  for (const std::shared_ptr<WatchGroup>& group : AllGroups()) {
    group->ForEach([](server::Watch& watch) { watch.Recheck(); });
  }
}

void WatchService::Shutdown(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    ticker_.cancel();
  }
  for (const std::shared_ptr<WatchGroup>& group : AllGroups()) {
    group->ForEach(EndForStop);
  }
  MutexLock lock(&mutex_);
  while (active_ > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    changed_.WaitFor(&mutex_, left);
  }
}

}  // namespace tidemark::server
