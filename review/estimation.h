// From studies to the Estimate message.
#ifndef TIDEMARK_REVIEW_ESTIMATION_H_
#define TIDEMARK_REVIEW_ESTIMATION_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/study.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// Fits the network of `studies` as `analysis` says (its effect measure, SMD
// method, tau² method, reference, level, zero-cell rule and increment; all but
// the reference must be set) and writes the result as a message: everything but
// what names review, analysis and inputs, and without relative effects.
//
// Studies that a zero-cell rule leaves out are listed, sorted by id after those
// used. If no study remains, or the data cannot be fitted, `not_estimable` says
// why and the rest is empty. INVALID_ARGUMENT, naming the study: data that no
// analysis may use, such as contrasts of a study that contradict each other.
// Cost: nma/network_fit.h.
absl::StatusOr<v1::Estimate> EstimateStudies(
    absl::Span<const nma::Study> studies, const v1::Analysis& analysis,
    bool small_values_desirable);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ESTIMATION_H_
