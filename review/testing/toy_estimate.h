// Estimates for tests.
#ifndef TIDEMARK_REVIEW_TESTING_TOY_ESTIMATE_H_
#define TIDEMARK_REVIEW_TESTING_TOY_ESTIMATE_H_

#include <vector>

#include "nma/study.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::testing {

// Small values are desirable. Fails the test if the studies are refused.
v1::Estimate EstimateOf(const std::vector<nma::Study>& studies,
                        const v1::Analysis& analysis);

// Of ToyStudies and PainAnalysis.
v1::Estimate ToyEstimate();

}  // namespace tidemark::testing

#endif  // TIDEMARK_REVIEW_TESTING_TOY_ESTIMATE_H_
