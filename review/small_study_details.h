// Small-study effects beside an estimate.
#ifndef TIDEMARK_REVIEW_SMALL_STUDY_DETAILS_H_
#define TIDEMARK_REVIEW_SMALL_STUDY_DETAILS_H_

#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/small_study_effects.pb.h"

namespace tidemark::review {

// Writes `funnel` of the estimate of these studies. INVALID_ARGUMENT, with
// violations of `details.funnel.order`: it does not name each treatment of the
// estimate once. Errors of ComputeSmallStudyEffects.
absl::Status AddFunnel(const v1::FunnelSpec& spec, const FittedStudies& fitted,
                       v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SMALL_STUDY_DETAILS_H_
