#include "server/leave_out_read.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "review/conclusion_events.h"
#include "review/hypothesis.h"
#include "review/leave_out.h"
#include "review/relative_effects.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "server/review_range.h"

namespace tidemark::server {
namespace {

absl::StatusOr<review::Written> ReadWritten(const ReviewView& view,
                                            const std::string& analysis,
                                            int64_t sequence) {
  ASSIGN_OR_RETURN(const v1::Change change, view.reader.Change(sequence));
  review::Written written;
  written.protocol = change.has_put_review();
  for (const v1::Analysis& put : change.put_analyses().analyses()) {
    if (put.analysis_id() != analysis) continue;
    auto& version = written.analysis.emplace();
    version.after = put;
    const review::AnalysisVersion* before =
        view.state->FindAnalysis(analysis, sequence - 1);
    if (before != nullptr) version.before = before->record.analysis();
  }
  ASSIGN_OR_RETURN(std::vector<v1::TrialRecord> trials,
                   view.reader.TrialsWritten(sequence, change));
  for (v1::TrialRecord& record : trials) {
    auto& version = written.trials.emplace_back();
    version.after = std::move(record);
    auto before =
        view.reader.Trial(version.after.trial().trial_id(), sequence - 1);
    if (absl::IsNotFound(before.status())) continue;
    RETURN_IF_ERROR(before.status());
    version.before = *std::move(before);
  }
  return written;
}

v1::LeaveOut NotApplicable(const absl::Status& status) {
  v1::LeaveOut leave_out;
  leave_out.set_not_applicable(std::string(status.message()));
  return leave_out;
}

v1::LeaveOut MakeLeaveOut(const v1::ExplainRequest& request,
                          const review::ReviewState& state,
                          const review::AnalysisVersion& analysis,
                          const review::Written& written,
                          const v1::RelativeEffect* end) {
  const auto hypothesis = review::LeaveOutEntry(state, analysis, written);
  if (!hypothesis.ok()) return NotApplicable(hypothesis.status());
  const auto estimate = review::EstimateHypothesis(*hypothesis);
  // Data that no analysis may use.
  if (!estimate.ok()) return NotApplicable(estimate.status());
  v1::LeaveOut leave_out;
  auto effect = review::Compare(*estimate, review::Model::kRandom,
                                request.first(), request.second());
  if (!effect.ok()) return leave_out;
  *leave_out.mutable_effect() = *std::move(effect);
  if (end != nullptr &&
      review::SameScale(hypothesis->analysis.record.analysis(),
                        hypothesis->state.protocol()->review,
                        analysis.record.analysis(), state.protocol()->review)) {
    leave_out.set_change(end->effect() - leave_out.effect().effect());
  }
  return leave_out;
}

}  // namespace

absl::Status FillLeaveOuts(const storage::ReviewStore& store,
                           const v1::ExplainRequest& request,
                           const ReviewView& view,
                           absl::FunctionRef<bool()> cancelled,
                           const std::vector<v1::ExplainStep*>& steps,
                           const v1::RelativeEffect* end) {
  if (steps.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const review::ReviewState state,
                   StateAt(store, request.review_id(), view));
  const review::AnalysisVersion* analysis =
      view.state->FindAnalysis(request.analysis_id(), view.sequence);
  for (v1::ExplainStep* step : steps) {
    if (cancelled()) return absl::CancelledError("the call was cancelled");
    ASSIGN_OR_RETURN(
        const review::Written written,
        ReadWritten(view, request.analysis_id(), step->cause().sequence()));
    *step->mutable_leave_out() =
        MakeLeaveOut(request, state, *analysis, written, end);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
