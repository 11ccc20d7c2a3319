#include "review/leave_out.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "review/validate_analysis.h"
#include "review/validate_trial.h"

namespace tidemark::review {
namespace {

absl::Status CheckReplaced(const Replaced& replaced,
                           const v1::Review& protocol) {
  if (replaced.wrote_protocol) {
    return absl::FailedPreconditionError(
        "the entry wrote the protocol, on which all that came later rests");
  }
  if (replaced.wrote_analysis && !replaced.analysis.has_value()) {
    return absl::FailedPreconditionError("the entry brought the analysis");
  }
  Violations violations;
  if (replaced.analysis.has_value()) {
    ValidateAnalysis("analysis", *replaced.analysis, protocol, violations);
  }
  for (const Replaced::Trial& trial : replaced.trials) {
    if (!trial.record.has_value()) continue;
    ValidateTrial(absl::StrCat("trial ", trial.id), trial.record->trial(),
                  protocol, violations);
  }
  if (violations.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("what was there before is not valid under the protocol of "
                   "the end: ",
                   violations.ToStatus().message()));
}

}  // namespace

absl::StatusOr<Hypothesis> LeaveOutEntry(const ReviewState& end,
                                         const AnalysisVersion& analysis,
                                         const Replaced& replaced) {
  RETURN_IF_ERROR(CheckReplaced(replaced, end.protocol()->review));
  Delta delta;
  for (const Replaced::Trial& trial : replaced.trials) {
    if (trial.record.has_value()) {
      delta.trials.push_back(*trial.record);
      continue;
    }
    const TrialVersion* last = end.FindTrial(trial.id);
    if (last == nullptr) continue;
    delta.trials.push_back(last->record);
    // To an estimate the same as if it were not there.
    delta.trials.back().set_status(v1::TrialStatus::EXCLUDED);
  }
  Hypothesis hypothesis = {end.With(delta), analysis};
  if (replaced.analysis.has_value()) {
    *hypothesis.analysis.record.mutable_analysis() = *replaced.analysis;
  }
  return hypothesis;
}

}  // namespace tidemark::review
