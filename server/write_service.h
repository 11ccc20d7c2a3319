// tidemark.v1.WriteService.
#ifndef TIDEMARK_SERVER_WRITE_SERVICE_H_
#define TIDEMARK_SERVER_WRITE_SERVICE_H_

#include <string>

#include "server/live_review.h"
#include "server/service_context.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::server {

class WriteService final : public v1::WriteService::CallbackService {
 public:
  explicit WriteService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* Apply(grpc::CallbackServerContext* call,
                                  const v1::ApplyRequest* request,
                                  v1::ApplyResponse* response) override;

 private:
  // `done` for a change that may create the review: it is called when the
  // server's own log says that it was created, or with the reason why not.
  LiveReview::ApplyCallback OnceCreationIsLogged(
      const std::string& review, LiveReview::ApplyCallback done);

  const ServiceContext context_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WRITE_SERVICE_H_
