#include "server/what_if_read.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "review/conclusion_events.h"
#include "review/estimate_details.h"
#include "review/hypothesis.h"
#include "review/review_state.h"
#include "review/what_if.h"
#include "server/conclusion_reads.h"
#include "server/review_range.h"
#include "server/review_view.h"

namespace tidemark::server {

absl::Status ReadWhatIf(const ServiceContext& context,
                        const v1::WhatIfRequest& request,
                        absl::FunctionRef<bool()> cancelled,
                        v1::WhatIfResponse* response) {
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), request.as_of()));
  const std::string& id = request.analysis_id();
  const review::AnalysisVersion* analysis =
      view.state->FindAnalysis(id, view.sequence);
  if (analysis == nullptr) return UnknownAnalysis(id);
  ASSIGN_OR_RETURN(review::DeclaredEstimate before,
                   ReadDeclared(view.reader, *view.state, id, view.sequence));
  ASSIGN_OR_RETURN(const review::ReviewState state,
                   StateAt(*context.store, request.review_id(), view));
  ASSIGN_OR_RETURN(const review::Hypothesis hypothesis,
                   review::MakeHypothesis(request, state, *analysis));
  if (cancelled()) return absl::CancelledError("the call was cancelled");
  review::DeclaredEstimate after;
  ASSIGN_OR_RETURN(after.estimate, review::EstimateHypothesis(hypothesis));
  after.analysis = &hypothesis.analysis.record.analysis();
  after.protocol = &hypothesis.state.protocol()->review;
  review::FillDerived(&before.estimate);
  review::FillDerived(&after.estimate);

  response->set_sequence(view.sequence);
  *response->mutable_conclusions_before() = ConcludeDeclared(before);
  *response->mutable_conclusions_after() = ConcludeDeclared(after);
  for (v1::ConclusionEvent& event : review::ConclusionEvents(&before, after)) {
    *response->add_events() = std::move(event);
  }
  response->set_inputs_digest(std::string(audit::AsBytes(review::WhatIfDigest(
      request, view.sequence, before.estimate.inputs_digest()))));
  *response->mutable_before() = std::move(before.estimate);
  *response->mutable_after() = std::move(after.estimate);
  return absl::OkStatus();
}

}  // namespace tidemark::server
