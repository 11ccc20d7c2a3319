// tidemark.v1.WriteService.
#ifndef TIDEMARK_SERVER_WRITE_SERVICE_H_
#define TIDEMARK_SERVER_WRITE_SERVICE_H_

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
  const ServiceContext context_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WRITE_SERVICE_H_
