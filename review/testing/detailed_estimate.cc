#include "review/testing/detailed_estimate.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "review/estimate_details.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/toy_review.h"

namespace tidemark::testing {

nma::Study Contrast(const std::string& id, const std::string& first,
                    const std::string& second, double effect, double se) {
  return {id, std::vector<nma::Contrast>{{first, second, effect, se}}};
}

v1::Analysis GenericAnalysis() {
  v1::Analysis analysis = PainAnalysis();
  analysis.set_effect_measure(v1::EffectMeasure::GENERIC);
  return analysis;
}

review::DetailInputs GenericInputs(std::vector<nma::Study> studies) {
  review::DetailInputs inputs;
  inputs.studies = std::move(studies);
  inputs.analysis = GenericAnalysis();
  return inputs;
}

absl::StatusOr<v1::Estimate> EstimateWith(const v1::EstimateDetails& details,
                                          const review::DetailInputs& inputs,
                                          bool cancelled) {
  v1::Estimate estimate = EstimateOf(inputs.studies, inputs.analysis);
  const absl::Status added = review::AddDetails(
      details, inputs, [cancelled] { return cancelled; }, &estimate);
  if (!added.ok()) return added;
  return estimate;
}

}  // namespace tidemark::testing
