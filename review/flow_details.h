// Contributions of direct comparisons and studies beside an estimate.
#ifndef TIDEMARK_REVIEW_FLOW_DETAILS_H_
#define TIDEMARK_REVIEW_FLOW_DETAILS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/evidence_flow.pb.h"

namespace tidemark::review {

// Writes `contributions` and `contributions_common` of the estimate of these
// studies. Errors: AskedComparisons; INVALID_ARGUMENT: the flows and shares
// of every comparison are more than 2^18 numbers; CANCELLED: `cancelled`, which
// is asked before each comparison, says so. Cost: EvidenceFlow.
absl::Status AddContributions(const v1::ContributionsSpec& spec,
                              const FittedStudies& fitted,
                              const FactsByStudy& facts,
                              absl::FunctionRef<bool()> cancelled,
                              v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_FLOW_DETAILS_H_
