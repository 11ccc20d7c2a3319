// Subgroups of studies beside an estimate.
#ifndef TIDEMARK_REVIEW_SUBGROUP_DETAILS_H_
#define TIDEMARK_REVIEW_SUBGROUP_DETAILS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/subgroups.pb.h"

namespace tidemark::review {

// Writes `subgroups` of the estimate of these studies. INVALID_ARGUMENT, with a
// violation of `details.subgroups.covariate`: CheckKnown, or no study has one
// value. INVALID_ARGUMENT: more than 20 values. Errors of AnalyzeSubgroups,
// which asks `cancelled` before each fit.
absl::Status AddSubgroups(const v1::SubgroupsSpec& spec,
                          const DetailInputs& inputs,
                          const FittedStudies& fitted,
                          absl::FunctionRef<bool()> cancelled,
                          v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SUBGROUP_DETAILS_H_
