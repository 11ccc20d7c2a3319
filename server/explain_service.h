// tidemark.v1.ExplainService.
#ifndef TIDEMARK_SERVER_EXPLAIN_SERVICE_H_
#define TIDEMARK_SERVER_EXPLAIN_SERVICE_H_

#include "server/service_context.h"
#include "tidemark/v1/explain_service.grpc.pb.h"

namespace tidemark::server {

// What needs fits runs on the pool of details.
class ExplainService final : public v1::ExplainService::CallbackService {
 public:
  explicit ExplainService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* Diff(grpc::CallbackServerContext* call,
                                 const v1::DiffRequest* request,
                                 v1::DiffResponse* response) override;
  grpc::ServerUnaryReactor* Blame(grpc::CallbackServerContext* call,
                                  const v1::BlameRequest* request,
                                  v1::BlameResponse* response) override;
  grpc::ServerUnaryReactor* Explain(grpc::CallbackServerContext* call,
                                    const v1::ExplainRequest* request,
                                    v1::ExplainResponse* response) override;
  grpc::ServerUnaryReactor* WhatIf(grpc::CallbackServerContext* call,
                                   const v1::WhatIfRequest* request,
                                   v1::WhatIfResponse* response) override;

 private:
  const ServiceContext context_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_EXPLAIN_SERVICE_H_
