// The history of an analysis: its estimates one after another, with what caused
// them, what they said and what changed.
#ifndef TIDEMARK_SERVER_ESTIMATE_HISTORY_H_
#define TIDEMARK_SERVER_ESTIMATE_HISTORY_H_

#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

// read_service.proto says the errors. Reads the estimates of the page and the
// one before it.
absl::Status ReadEstimateHistory(const ServiceContext& context,
                                 const v1::ListEstimatesRequest& request,
                                 v1::ListEstimatesResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ESTIMATE_HISTORY_H_
