// Who wrote each field of a trial.
#ifndef TIDEMARK_SERVER_BLAME_READ_H_
#define TIDEMARK_SERVER_BLAME_READ_H_

#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::server {

// explain_service.proto says the errors. Reads every version of the trial.
absl::Status ReadBlame(const ServiceContext& context,
                       const v1::BlameRequest& request,
                       v1::BlameResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_BLAME_READ_H_
