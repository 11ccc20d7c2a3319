#include "server/explain_service.h"

#include "server/blame_read.h"
#include "server/diff_read.h"
#include "server/explain_read.h"
#include "server/what_if_read.h"

namespace tidemark::server {

grpc::ServerUnaryReactor* ExplainService::Diff(
    grpc::CallbackServerContext* call, const v1::DiffRequest* request,
    v1::DiffResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return ReadDiff(context_, *request, response); });
}

grpc::ServerUnaryReactor* ExplainService::Blame(
    grpc::CallbackServerContext* call, const v1::BlameRequest* request,
    v1::BlameResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return ReadBlame(context_, *request, response); });
}

grpc::ServerUnaryReactor* ExplainService::Explain(
    grpc::CallbackServerContext* call, const v1::ExplainRequest* request,
    v1::ExplainResponse* response) {
  return ServeReadOn(*context_.details_pool, context_, call, *request, [=] {
    const auto cancelled = [call] { return call->IsCancelled(); };
    return ReadExplanation(context_, *request, cancelled, response);
  });
}

grpc::ServerUnaryReactor* ExplainService::WhatIf(
    grpc::CallbackServerContext* call, const v1::WhatIfRequest* request,
    v1::WhatIfResponse* response) {
  return ServeReadOn(*context_.details_pool, context_, call, *request, [=] {
    const auto cancelled = [call] { return call->IsCancelled(); };
    return ReadWhatIf(context_, *request, cancelled, response);
  });
}

}  // namespace tidemark::server
