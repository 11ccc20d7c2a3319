// Direct and indirect evidence, and Q by design, beside an estimate.
#ifndef TIDEMARK_REVIEW_COHERENCE_DETAILS_H_
#define TIDEMARK_REVIEW_COHERENCE_DETAILS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// Each writes its fields of the estimate of these studies. Errors of the
// function of nma/ that it is named after.

// SplitEvidence.
absl::Status AddSplits(const FittedStudies& fitted, v1::Estimate* estimate);

// SplitNodes, which asks `cancelled` before each fit.
absl::Status AddNodeSplits(const FittedStudies& fitted,
                           absl::FunctionRef<bool()> cancelled,
                           v1::Estimate* estimate);

// DecomposeQByDesign.
absl::Status AddDesigns(const FittedStudies& fitted, v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_COHERENCE_DETAILS_H_
