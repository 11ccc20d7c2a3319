// What the services share.
#ifndef TIDEMARK_SERVER_SERVICE_CONTEXT_H_
#define TIDEMARK_SERVER_SERVICE_CONTEXT_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boost/asio/post.hpp"
#include "boost/asio/thread_pool.hpp"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/authenticator.h"
#include "server/details_cache.h"
#include "server/review_registry.h"
#include "server/roles.h"
#include "server/status_conversion.h"
#include "storage/review_store.h"

namespace tidemark::server {

// All must outlive the services.
struct ServiceContext {
  ReviewRegistry* registry = nullptr;
  const Authenticator* authenticator = nullptr;
  storage::ReviewStore* store = nullptr;
  // Where handlers run: gRPC's own threads are few and must never block.
  boost::asio::thread_pool* pool = nullptr;
  // Where estimates get details: they take seconds, and must not hold up
  // writes, watches or other reads.
  boost::asio::thread_pool* details_pool = nullptr;
  // What they made.
  DetailsCache* details_cache = nullptr;
};

// Answers a call that reads: runs `work`, which returns an absl::Status, on
// `pool` if the caller may read.
template <typename Work>
grpc::ServerUnaryReactor* ServeReadOn(boost::asio::thread_pool& pool,
                                      const ServiceContext& context,
                                      grpc::CallbackServerContext* call,
                                      Work work) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  const absl::StatusOr<Actor> actor = context.authenticator->Identify(*call);
  const absl::Status allowed =
      actor.ok() ? CheckMayRead(*actor) : actor.status();
  if (!allowed.ok()) {
    reactor->Finish(ToGrpcStatus(allowed));
    return reactor;
  }
  boost::asio::post(pool, [reactor, work = std::move(work)] {
    reactor->Finish(ToGrpcStatus(work()));
  });
  return reactor;
}

// ServeReadOn the pool of every handler.
template <typename Work>
grpc::ServerUnaryReactor* ServeRead(const ServiceContext& context,
                                    grpc::CallbackServerContext* call,
                                    Work work) {
  return ServeReadOn(*context.pool, context, call, std::move(work));
}

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_SERVICE_CONTEXT_H_
