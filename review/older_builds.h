// Estimates of builds before this one.
#ifndef TIDEMARK_REVIEW_OLDER_BUILDS_H_
#define TIDEMARK_REVIEW_OLDER_BUILDS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// What `build` stored of an estimate that this build made from the same inputs:
// without what `build` did not compute, in the form that it had.
// INVALID_ARGUMENT: no build of that name is known, so nothing can be said of
// what it computed. O(T²).
absl::StatusOr<v1::Estimate> AsStoredBy(absl::string_view build,
                                        v1::Estimate estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_OLDER_BUILDS_H_
