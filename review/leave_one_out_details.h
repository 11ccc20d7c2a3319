// What an estimate would be without each of its studies.
#ifndef TIDEMARK_REVIEW_LEAVE_ONE_OUT_DETAILS_H_
#define TIDEMARK_REVIEW_LEAVE_ONE_OUT_DETAILS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/robustness.pb.h"

namespace tidemark::review {

// Writes `leave_one_out` of the estimate of these studies (LeaveOutEach,
// InfluenceOfStudies); the estimate has its relative effects. Classes are those
// of conclusions.h.
//
// NOT_FOUND, FAILED_PRECONDITION: the comparison that is asked for, as in
// Compare. INVALID_ARGUMENT: more than 50,000 studies times treatments,
// unless for one comparison. CANCELLED: `cancelled`, which is asked at each
// study, says so. Beside the fits O(T² · thresholds) a study.
absl::Status AddLeaveOneOut(const v1::LeaveOneOutSpec& spec,
                            const FittedStudies& fitted,
                            absl::Span<const v1::Threshold> thresholds,
                            absl::FunctionRef<bool()> cancelled,
                            v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LEAVE_ONE_OUT_DETAILS_H_
