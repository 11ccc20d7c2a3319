// Network meta-regression beside an estimate.
#ifndef TIDEMARK_REVIEW_REGRESSION_DETAILS_H_
#define TIDEMARK_REVIEW_REGRESSION_DETAILS_H_

#include <string>

#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "review/errors.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/regression.pb.h"

namespace tidemark::review {

// Violations: a covariate without a name, slopes that are none, a value to give
// effects at that is not finite or of which there is no logarithm.
void CheckMetaRegression(const std::string& path,
                         const v1::MetaRegressionSpec& spec,
                         Violations& violations);

// Writes `meta_regression` of the estimate of these studies; one that the
// studies or what is known of them does not give says why there.
// INVALID_ARGUMENT as in CheckModelSize and, with a violation, in CheckKnown,
// or of `details.meta_regression.at`: an effect there is beyond the range of
// double. Errors of nma/meta_regression.h.
// Requires a checked spec.
absl::Status AddMetaRegression(const v1::MetaRegressionSpec& spec,
                               const DetailInputs& inputs,
                               const FittedStudies& fitted,
                               v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_REGRESSION_DETAILS_H_
