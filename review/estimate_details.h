// What readers get beside the stored numbers of an estimate.
#ifndef TIDEMARK_REVIEW_ESTIMATE_DETAILS_H_
#define TIDEMARK_REVIEW_ESTIMATE_DETAILS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::review {

// Fills in what follows from the stored numbers at once: relative effects,
// intervals of tau² of a single component, mean ranks and POTH. O(T²).
void FillDerived(v1::Estimate* estimate);

// Whether it takes the studies to add what `details` asks for.
bool NeedsStudies(const v1::EstimateDetails& details);

// INVALID_ARGUMENT, with violations of `path`: more than 2^22 points for rank
// probabilities or fewer than 0; a minimal important difference that is not a
// finite number > 0; what is wrong with a detail by its header.
absl::Status CheckDetails(const std::string& path,
                          const v1::EstimateDetails& details);

// Adds what `details` asks for, FillDerived included. `inputs` are those that
// `estimate` was made from; none are needed unless NeedsStudies. Nothing is
// added to an estimate that is not estimable. Errors: CheckDetails, and those
// of EstimateStudies; INVALID_ARGUMENT: rank probabilities of more than 500
// treatments, and what the headers of the details say. Cost: of splits a fit,
// of designs and node-splits a fit for each design or compared pair, of
// leave-one-out a warm fit for each study, of rank probabilities points · T².
// CANCELLED: `cancelled`, which is asked before each of these fits and every
// 1024 points, says so.
absl::Status AddDetails(const v1::EstimateDetails& details,
                        const DetailInputs& inputs,
                        absl::FunctionRef<bool()> cancelled,
                        v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ESTIMATE_DETAILS_H_
