// What entries do to a comparison at the end, beside all others.
#ifndef TIDEMARK_SERVER_LEAVE_OUT_READ_H_
#define TIDEMARK_SERVER_LEAVE_OUT_READ_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "server/review_view.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::server {

// Sets `leave_out` of each step (review/leave_out.h), at the view's moment,
// from a full fit. `end` is the comparison there; without an effect: not
// estimable. CANCELLED: `cancelled`, which is asked before each fit, says so.
absl::Status FillLeaveOuts(const storage::ReviewStore& store,
                           const v1::ExplainRequest& request,
                           const ReviewView& view,
                           absl::FunctionRef<bool()> cancelled,
                           const std::vector<v1::ExplainStep*>& steps,
                           const v1::RelativeEffect* end);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LEAVE_OUT_READ_H_
