// What goes into an analysis at a state of the review.
#ifndef TIDEMARK_REVIEW_ANALYSIS_INPUTS_H_
#define TIDEMARK_REVIEW_ANALYSIS_INPUTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/sha256.h"
#include "base/version.h"
#include "review/review_state.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Of all trials with data (inputs_digest.h). O(trials · their results).
audit::Digest InputsDigest(const ReviewState& state,
                           const AnalysisVersion& analysis,
                           absl::string_view engine_build = kEngineBuild);

// Inputs digests by analysis id, as of some sequence.
using InputsDigests = std::map<std::string, audit::Digest>;

// Analyses of `state` whose inputs differ from `before` (or are not in it), and
// makes `before` the digests of `state`. O(analyses · trials).
std::vector<std::string> UpdateInputs(const ReviewState& state,
                                      absl::string_view engine_build,
                                      InputsDigests& before);

// The estimate of an analysis at `state`, as it is stored: with review,
// sequence, inputs and every study used or left out. INVALID_ARGUMENT as
// EstimateStudies.
absl::StatusOr<v1::Estimate> EstimateAnalysis(const ReviewState& state,
                                              const AnalysisVersion& analysis);

// AddDetails of estimate_details.h for the estimate of a review's analysis.
// `records` are the trials, by id, and `review` the protocol as of the
// estimate's sequence; no records are needed unless NeedsStudies(details).
absl::Status AddAnalysisDetails(const v1::EstimateDetails& details,
                                absl::Span<const v1::TrialRecord> records,
                                const v1::Review& review,
                                const v1::Analysis& analysis,
                                absl::FunctionRef<bool()> cancelled,
                                v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ANALYSIS_INPUTS_H_
