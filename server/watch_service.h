// tidemark.v1.WatchService.
#ifndef TIDEMARK_SERVER_WATCH_SERVICE_H_
#define TIDEMARK_SERVER_WATCH_SERVICE_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "boost/asio/steady_timer.hpp"
#include "grpcpp/support/byte_buffer.h"
#include "server/live_review.h"
#include "server/service_context.h"
#include "server/watch.h"
#include "server/watch_group.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::server {

// What watches may take of the server.
struct WatchLimits {
  int most = 0;
  int most_of_an_actor = 0;
  // As WatchCall::stall_limit.
  std::chrono::milliseconds stall{0};
};

// Requests and messages are bytes: a message is serialised once for all who get
// it.
class WatchService final : public v1::WatchService::WithRawCallbackMethod_Watch<
                               v1::WatchService::Service> {
 public:
  WatchService(const ServiceContext& context, const WatchLimits& limits)
      : context_(context),
        limits_(limits),
        ticker_(context.pool->get_executor()) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(
      grpc::CallbackServerContext* call,
      const grpc::ByteBuffer* request) override;

  // Ends every watch with NO_LONGER_ALLOWED whose caller may not read its
  // review any more. Call it after that may have changed.
  void Recheck();

  // Ends every watch with SHUTTING_DOWN, and refuses those that come later.
  // Returns when all have ended, or after `patience`: a stalled reader does not
  // take its last message.
  void Shutdown(std::chrono::milliseconds patience);

 private:
  using Groups = std::vector<std::shared_ptr<WatchGroup>>;

  absl::StatusOr<std::shared_ptr<server::Watch>> Begin(
      grpc::CallbackServerContext* call, const v1::WatchRequest& request,
      const Actor& actor);
  // Takes a place among the watches, which OnWatchDone gives back.
  absl::Status Enter(const std::string& actor);
  void OnWatchDone(const std::string& actor);
  std::shared_ptr<WatchGroup> GroupOf(std::shared_ptr<LiveReview> live);
  Groups AllGroups();
  bool IsStopping();
  void Tick() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ServiceContext context_;
  const WatchLimits limits_;
  Mutex mutex_;
  CondVar changed_;
  int active_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, int> active_of_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<const LiveReview*, std::weak_ptr<WatchGroup>> groups_
      ABSL_GUARDED_BY(mutex_);
  // Runs while there are watches.
  boost::asio::steady_timer ticker_ ABSL_GUARDED_BY(mutex_);
  bool ticking_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_SERVICE_H_
