// Ranks of an estimate's treatments, and the order that estimates agree on.
#ifndef TIDEMARK_REVIEW_RANKINGS_H_
#define TIDEMARK_REVIEW_RANKINGS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::review {

// Fills in the rankings of both models from effects and pair variances: mean
// ranks and POTH, and the P-scores beyond the difference that `details` names.
// O(T²).
void FillRankings(const v1::EstimateDetails& details, v1::Estimate* estimate);

// Adds probabilities of ranks to rankings that are filled. CANCELLED:
// `cancelled`, which is asked every 1024 points, says so. O(points · T²).
absl::Status AddRankProbabilities(const v1::EstimateDetails& details,
                                  absl::FunctionRef<bool()> cancelled,
                                  v1::Estimate* estimate);

// The order of treatments that the random-effects models of several estimates
// agree on, by P-scores. Treatments are ordered with those that studies connect
// them to in every estimate: P-scores of different components do not compare.
// An estimate that is not estimable has no treatment. O(estimates · T² + T³).
v1::PartialOrder PartialOrderOf(absl::Span<const v1::Estimate> estimates);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RANKINGS_H_
