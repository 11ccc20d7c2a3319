// tidemark.v1.WatchService.
#ifndef TIDEMARK_SERVER_WATCH_SERVICE_H_
#define TIDEMARK_SERVER_WATCH_SERVICE_H_

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

  // Ends every watch with SHUTTING_DOWN, and those that come later at once.
  void Shutdown();

 private:
  const ServiceContext context_;
  Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::weak_ptr<server::Watch>,
           std::owner_less<std::weak_ptr<server::Watch>>>
      watches_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_SERVICE_H_
