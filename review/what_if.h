// Other inputs of an analysis, as a request describes them.
#ifndef TIDEMARK_REVIEW_WHAT_IF_H_
#define TIDEMARK_REVIEW_WHAT_IF_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "review/hypothesis.h"
#include "review/review_state.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::review {

// The review of `state` and its `analysis` with what the request changes.
//
// A trial that is left out has the status EXCLUDED, one that is to be used the
// status INCLUDED; filters of the analysis still hold for it.
// Another outcome or measure is on another scale: thresholds of the analysis
// itself do not go with it, nor does a method of SMD with another measure. A
// reference that is no node of another node map gives way to the first.
//
// INVALID_ARGUMENT with a BadRequest that names fields of the request: the
// inputs break a rule that those of a change must keep. NOT_FOUND: no such
// trial. O(trials), without copying those that stay.
absl::StatusOr<Hypothesis> MakeHypothesis(const v1::WhatIfRequest& request,
                                          const ReviewState& state,
                                          const AnalysisVersion& analysis);

// What names the answer: SHA-256 over the stored estimate's inputs digest and
// the request at the sequence that its moment resolves to (docs/formats.md).
audit::Digest WhatIfDigest(const v1::WhatIfRequest& request, int64_t sequence,
                           absl::string_view inputs_digest);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_WHAT_IF_H_
