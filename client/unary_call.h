// Unary calls: one attempt, or several.
#ifndef TIDEMARK_CLIENT_UNARY_CALL_H_
#define TIDEMARK_CLIENT_UNARY_CALL_H_

#include <chrono>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "client/retry.h"
#include "client/status_conversion.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace tidemark::client {

// Calls `method` of `stub` in a context that has no credentials yet.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallIn(
    grpc::ClientContext& context, const Connection& connection, Stub& stub,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    const Request& request) {
  connection.Authorise(&context);
  Response response;
  const absl::Status status =
      FromGrpcStatus((stub.*method)(&context, request, &response));
  if (!status.ok()) return status;
  return response;
}

// Calls `method` of `stub` once, for as long as it takes.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallUnbounded(
    const Connection& connection, Stub& stub,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    const Request& request) {
  grpc::ClientContext context;
  return CallIn(context, connection, stub, method, request);
}

// Calls `method` of `stub` once, within the time of one attempt.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallOnce(
    const Connection& connection, Stub& stub,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    const Request& request) {
  grpc::ClientContext context;
  context.set_deadline(
      std::chrono::system_clock::now() +
      absl::ToChronoMilliseconds(connection.retry().attempt_timeout));
  return CallIn(context, connection, stub, method, request);
}

// Calls `method` of `stub`, again if the failure is transient. For calls that
// may be repeated: reads, and writes with a request id.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallWithRetries(
    const Connection& connection, Stub& stub,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    const Request& request) {
  const RetryPolicy& policy = connection.retry();
  Backoff backoff(policy);
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<Response> response =
        CallOnce(connection, stub, method, request);
    if (!IsTransient(response.status()) || attempt >= policy.max_attempts) {
      return response;
    }
    absl::SleepFor(backoff.Next());
  }
}

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_UNARY_CALL_H_
