// What differs between two moments of a review.
#ifndef TIDEMARK_SERVER_DIFF_READ_H_
#define TIDEMARK_SERVER_DIFF_READ_H_

#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::server {

// explain_service.proto says the errors. Compares the versions that were
// current at the two, whatever lies between: O(trials) reads, and only what
// differs is parsed.
absl::Status ReadDiff(const ServiceContext& context,
                      const v1::DiffRequest& request,
                      v1::DiffResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_DIFF_READ_H_
