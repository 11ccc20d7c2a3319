// The estimate under other inputs.
#ifndef TIDEMARK_SERVER_WHAT_IF_READ_H_
#define TIDEMARK_SERVER_WHAT_IF_READ_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::server {

// explain_service.proto says the errors; those of the inputs are of
// review/what_if.h. CANCELLED: `cancelled`, which is asked before the fit, says
// so. A full fit.
absl::Status ReadWhatIf(const ServiceContext& context,
                        const v1::WhatIfRequest& request,
                        absl::FunctionRef<bool()> cancelled,
                        v1::WhatIfResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WHAT_IF_READ_H_
