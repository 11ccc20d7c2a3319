#include "review/testing/toy_estimate.h"

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "review/estimation.h"
#include "review/testing/toy_review.h"

namespace tidemark::testing {

v1::Estimate EstimateOf(const std::vector<nma::Study>& studies,
                        const v1::Analysis& analysis) {
  const auto estimate = review::EstimateStudies(
      studies, analysis, /*small_values_desirable=*/true);
  EXPECT_OK(estimate);
  return estimate.value_or(v1::Estimate());
}

v1::Estimate ToyEstimate() { return EstimateOf(ToyStudies(), PainAnalysis()); }

}  // namespace tidemark::testing
