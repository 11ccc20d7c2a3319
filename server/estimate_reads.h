// Reads of estimates: one with its details, several together.
#ifndef TIDEMARK_SERVER_ESTIMATE_READS_H_
#define TIDEMARK_SERVER_ESTIMATE_READS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

// Whether answering may take long: a fit for each compared pair, millions of
// points for ranks.
bool AsksForDetails(const v1::GetEstimateRequest& request);

// read_service.proto says the errors of all. CANCELLED: `cancelled`, which is
// asked before details are derived and between fits, says so.
absl::Status ReadEstimate(const ServiceContext& context,
                          const v1::GetEstimateRequest& request,
                          absl::FunctionRef<bool()> cancelled,
                          v1::GetEstimateResponse* response);

absl::Status ReadPartialOrder(const ServiceContext& context,
                              const v1::GetPartialOrderRequest& request,
                              v1::GetPartialOrderResponse* response);

// CANCELLED as above, every 1024 points of a simulation of ranks.
absl::Status ReadBenefitHarm(const ServiceContext& context,
                             const v1::GetBenefitHarmRequest& request,
                             absl::FunctionRef<bool()> cancelled,
                             v1::GetBenefitHarmResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ESTIMATE_READS_H_
