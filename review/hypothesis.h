// An estimate of inputs that no entry of the log made.
#ifndef TIDEMARK_REVIEW_HYPOTHESIS_H_
#define TIDEMARK_REVIEW_HYPOTHESIS_H_

#include "absl/status/statusor.h"
#include "review/review_state.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// A review and one of its analyses as they might be.
struct Hypothesis {
  ReviewState state;
  AnalysisVersion analysis;
};

// As EstimateAnalysis, at the state's sequence. It has no inputs digest: that
// is made of entries.
absl::StatusOr<v1::Estimate> EstimateHypothesis(const Hypothesis& hypothesis);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_HYPOTHESIS_H_
