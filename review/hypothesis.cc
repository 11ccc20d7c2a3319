#include "review/hypothesis.h"

#include "absl/status/statusor.h"
#include "review/analysis_inputs.h"

namespace tidemark::review {

absl::StatusOr<v1::Estimate> EstimateHypothesis(const Hypothesis& hypothesis) {
  absl::StatusOr<v1::Estimate> estimate =
      EstimateAnalysis(hypothesis.state, hypothesis.analysis);
  if (estimate.ok()) estimate->clear_inputs_digest();
  return estimate;
}

}  // namespace tidemark::review
