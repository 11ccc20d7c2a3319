// What moved a comparison.
#ifndef TIDEMARK_SERVER_EXPLAIN_READ_H_
#define TIDEMARK_SERVER_EXPLAIN_READ_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::server {

// explain_service.proto says the errors. CANCELLED: `cancelled`, which is asked
// now and then, says so. O(stored estimates between the two moments), and a
// full fit for each of the steps that get a `leave_out`.
absl::Status ReadExplanation(const ServiceContext& context,
                             const v1::ExplainRequest& request,
                             absl::FunctionRef<bool()> cancelled,
                             v1::ExplainResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_EXPLAIN_READ_H_
