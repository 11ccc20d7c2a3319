// Judgements of CINeMA's domains beside an estimate.
#ifndef TIDEMARK_REVIEW_CINEMA_DETAILS_H_
#define TIDEMARK_REVIEW_CINEMA_DETAILS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "review/errors.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/evidence_flow.pb.h"

namespace tidemark::review {

// Adds violations of `path`: those of CheckAskedComparison, a minimal important
// difference that is not a finite number > 0, a rule that is none.
void CheckCinema(const std::string& path, const v1::CinemaSpec& spec,
                 Violations& violations);

// Writes `cinema` of the estimate of these studies, by cinema_rules.h. Errors:
// AskedComparisons, SplitEvidence; INVALID_ARGUMENT: every comparison of more
// than 50 treatments; CANCELLED: `cancelled`, which is asked before each
// comparison, says so. Cost: EvidenceFlow.
absl::Status AddCinema(const v1::CinemaSpec& spec, const FittedStudies& fitted,
                       const DetailInputs& inputs,
                       absl::FunctionRef<bool()> cancelled,
                       v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_CINEMA_DETAILS_H_
