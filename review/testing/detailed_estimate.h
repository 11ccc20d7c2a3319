// Details of the estimate of a few contrasts.
#ifndef TIDEMARK_REVIEW_TESTING_DETAILED_ESTIMATE_H_
#define TIDEMARK_REVIEW_TESTING_DETAILED_ESTIMATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "nma/study.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::testing {

// A study of two arms; `effect` is first minus second.
nma::Study Contrast(const std::string& id, const std::string& first,
                    const std::string& second, double effect, double se = 1);

// PainAnalysis, but of effects that are taken as they are.
v1::Analysis GenericAnalysis();

// The studies and their GenericAnalysis, of which nothing else is known.
review::DetailInputs GenericInputs(std::vector<nma::Study> studies);

// The estimate with its details; small values are desirable. The error of
// AddDetails. Fails the test if the studies are refused.
absl::StatusOr<v1::Estimate> EstimateWith(const v1::EstimateDetails& details,
                                          const review::DetailInputs& inputs,
                                          bool cancelled = false);

}  // namespace tidemark::testing

#endif  // TIDEMARK_REVIEW_TESTING_DETAILED_ESTIMATE_H_
