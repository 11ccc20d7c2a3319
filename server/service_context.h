// What the services share.
#ifndef TIDEMARK_SERVER_SERVICE_CONTEXT_H_
#define TIDEMARK_SERVER_SERVICE_CONTEXT_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "boost/asio/post.hpp"
#include "boost/asio/thread_pool.hpp"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/admission.h"
#include "server/cosigned_checkpoints.h"
#include "server/details_cache.h"
#include "server/key_rotation.h"
#include "server/review_registry.h"
#include "server/roles.h"
#include "server/status_conversion.h"
#include "server/system_log.h"
#include "storage/anchor.h"
#include "storage/review_store.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

// All must outlive the services.
struct ServiceContext {
  ReviewRegistry* registry = nullptr;
  const Admission* admission = nullptr;
  SystemLog* system_log = nullptr;
  storage::ReviewStore* store = nullptr;
  // Where handlers run: gRPC's own threads are few and must never block.
  boost::asio::thread_pool* pool = nullptr;
  // Where estimates get details: they take seconds, and must not hold up
  // writes, watches or other reads.
  boost::asio::thread_pool* details_pool = nullptr;
  // What they made.
  DetailsCache* details_cache = nullptr;
  // Of the store.
  const storage::Anchor* anchor = nullptr;
  KeyRotation* key_rotation = nullptr;
  CosignedCheckpoints* cosigned = nullptr;
  Clock* clock = nullptr;
};

// The review that a request is about; empty if it is about none.
template <typename Request>
absl::string_view ReviewOf(const Request& request) {
  return request.review_id();
}
inline absl::string_view ReviewOf(const v1::ListReviewsRequest&) { return ""; }

// Answers a call that reads: runs `work`, which returns an absl::Status, on
// `pool` if the caller may read the review of the request and still waits when
// its turn comes (else CANCELLED, which nobody reads).
template <typename Request, typename Work>
grpc::ServerUnaryReactor* ServeReadOn(boost::asio::thread_pool& pool,
                                      const ServiceContext& context,
                                      grpc::CallbackServerContext* call,
                                      const Request& request, Work work) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  const auto finish = [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status));
  };
  const auto may_read = [&request](const Actor& actor) {
    return CheckMayRead(actor, ReviewOf(request));
  };
  if (context.admission->Admit(*call, request, may_read, finish).has_value()) {
    boost::asio::post(pool, [call, finish, work = std::move(work)] {
      // It may have waited long for its turn.
      finish(call->IsCancelled()
                 ? absl::CancelledError("the call was cancelled")
                 : work());
    });
  }
  return reactor;
}

// ServeReadOn the pool of every handler.
template <typename Request, typename Work>
grpc::ServerUnaryReactor* ServeRead(const ServiceContext& context,
                                    grpc::CallbackServerContext* call,
                                    const Request& request, Work work) {
  return ServeReadOn(*context.pool, context, call, request, std::move(work));
}

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_SERVICE_CONTEXT_H_
