// What reads say of living mode.
#ifndef TIDEMARK_SERVER_LIVING_MODE_READS_H_
#define TIDEMARK_SERVER_LIVING_MODE_READS_H_

#include "absl/status/status.h"
#include "server/review_view.h"
#include "server/service_context.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

// Writes living mode as of the view, what is due then and what of it is overdue
// now.
void ReadLivingMode(const ServiceContext& context, const ReviewView& view,
                    v1::GetReviewResponse* response);

// A page of the runs that the request names.
absl::Status ReadRuns(const ServiceContext& context,
                      const v1::ListRunsRequest& request,
                      v1::ListRunsResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LIVING_MODE_READS_H_
