// Rules of an analysis under a protocol.
#ifndef TIDEMARK_REVIEW_VALIDATE_ANALYSIS_H_
#define TIDEMARK_REVIEW_VALIDATE_ANALYSIS_H_

#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// Fills in the defaults that analysis.proto names for unspecified fields.
void FillDefaults(v1::Analysis* analysis);

// Adds what breaks the rules that analysis.proto states. `path` is the path of
// `analysis` in the change; defaults are filled in already.
void ValidateAnalysis(absl::string_view path, const v1::Analysis& analysis,
                      const v1::Review& review, Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_VALIDATE_ANALYSIS_H_
