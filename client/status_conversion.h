// grpc::Status to absl::Status, without losing the rich error details.
#ifndef TIDEMARK_CLIENT_STATUS_CONVERSION_H_
#define TIDEMARK_CLIENT_STATUS_CONVERSION_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/support/status.h"

namespace tidemark::client {

// Keeps the code and the message. Every google.rpc detail becomes a payload
// under its type URL, e.g. `type.googleapis.com/google.rpc.BadRequest`, with
// the detail's serialised bytes. Details that do not parse are dropped.
absl::Status FromGrpcStatus(const grpc::Status& status);

// The field violations of a status. Absent if it carries none.
std::optional<google::rpc::BadRequest> BadRequestOf(const absl::Status& status);

// The machine-readable reason of a status. Absent if it carries none.
std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& status);

// After what time the server asks to be called again. Absent if it does not.
std::optional<absl::Duration> RetryDelayOf(const absl::Status& status);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_STATUS_CONVERSION_H_
