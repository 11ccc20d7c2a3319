// tidemark.v1.WatchService.
#ifndef TIDEMARK_SERVER_WATCH_SERVICE_H_
#define TIDEMARK_SERVER_WATCH_SERVICE_H_

#include <chrono>
#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "server/service_context.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::server {

class Watch;

class WatchService final : public v1::WatchService::CallbackService {
 public:
  explicit WatchService(const ServiceContext& context) : context_(context) {}

  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(
      grpc::CallbackServerContext* call,
      const v1::WatchRequest* request) override;

  // Ends every watch with NO_LONGER_ALLOWED whose caller may not read its
  // review any more. Call it after that may have changed.
  void Recheck() {}

  // Ends every watch with SHUTTING_DOWN, and refuses those that come later.
  // Returns when all have ended, or after `patience`: a stalled reader does not
  // take its last message.
  void Shutdown(std::chrono::milliseconds patience);

 private:
  void OnWatchDone();

  const ServiceContext context_;
  Mutex mutex_;
  CondVar changed_;
  int active_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::weak_ptr<server::Watch>,
           std::owner_less<std::weak_ptr<server::Watch>>>
      watches_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_SERVICE_H_
