// Rules of requests for leave-one-out and threshold analysis.
#ifndef TIDEMARK_REVIEW_ROBUSTNESS_CHECK_H_
#define TIDEMARK_REVIEW_ROBUSTNESS_CHECK_H_

#include <string>

#include "review/errors.h"
#include "tidemark/v1/robustness.pb.h"

namespace tidemark::review {

// Adds violations of `path`: one treatment without the other, or the same one
// twice; a minimal important difference that is not a finite number > 0.
void CheckLeaveOneOut(const std::string& path, const v1::LeaveOneOutSpec& spec,
                      Violations& violations);
void CheckThresholdAnalysis(const std::string& path,
                            const v1::ThresholdAnalysisSpec& spec,
                            Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ROBUSTNESS_CHECK_H_
