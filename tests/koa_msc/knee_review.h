// The example review as the domain sees it, and values recorded of it.
#ifndef TIDEMARK_TESTS_KOA_MSC_KNEE_REVIEW_H_
#define TIDEMARK_TESTS_KOA_MSC_KNEE_REVIEW_H_

#include <string>

#include "nlohmann/json.hpp"
#include "review/review_state.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::testing {

// The example with all its trials; without one if it is named.
review::ReviewState KneeReview(const std::string& without = "");

// The estimate of an analysis at the state, with details. Fails the running
// test if there is none.
v1::Estimate EstimateOf(const review::ReviewState& state,
                        const std::string& analysis,
                        const v1::EstimateDetails& details = {});
// Of the whole example.
v1::Estimate EstimateOf(const std::string& analysis,
                        const v1::EstimateDetails& details);

// A file of recorded values.
nlohmann::json Recorded(const std::string& path);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_KOA_MSC_KNEE_REVIEW_H_
