// Two moments of a review, one not after the other.
#ifndef TIDEMARK_SERVER_REVIEW_RANGE_H_
#define TIDEMARK_SERVER_REVIEW_RANGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "review/review_state.h"
#include "server/review_view.h"
#include "server/service_context.h"
#include "storage/review_store.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

struct ReviewRange {
  // What `from` resolves to.
  int64_t from = 0;
  // At `to`.
  ReviewView view;
};

// `from` null: before the first entry. INVALID_ARGUMENT naming `from`: it is
// after `to`. Other errors: those of OpenView.
absl::StatusOr<ReviewRange> OpenRange(const ServiceContext& context,
                                      const std::string& review,
                                      const v1::AsOf* from, const v1::AsOf& to);

// The review after the entry that the view is at: its current versions alone,
// in part without the entries that wrote them. O(trials): reads them all,
// unless that is now.
absl::StatusOr<review::ReviewState> StateAt(const storage::ReviewStore& store,
                                            const std::string& review,
                                            const ReviewView& view);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REVIEW_RANGE_H_
