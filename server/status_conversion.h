// absl::Status to gRPC's, once for all services.
#ifndef TIDEMARK_SERVER_STATUS_CONVERSION_H_
#define TIDEMARK_SERVER_STATUS_CONVERSION_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace tidemark::server {

// Same code and message; payloads become the details of a google.rpc.Status.
// Every error has a google.rpc.ErrorInfo: if `status` carries none, one whose
// reason is the code's name. Messages longer than 1,000 bytes are shortened:
// gRPC sends them, percent-encoded, and details with them in a trailer of at
// most 8 KB.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_STATUS_CONVERSION_H_
