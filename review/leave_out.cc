#include "review/leave_out.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "review/undo.h"
#include "review/validate_analysis.h"
#include "review/validate_trial.h"

namespace tidemark::review {
namespace {

absl::Status CheckNothingRestsOn(const Written& written) {
  if (written.protocol) {
    return absl::FailedPreconditionError(
        "the entry wrote the protocol, on which all that came later rests");
  }
  if (written.analysis.has_value() && !written.analysis->before.has_value()) {
    return absl::FailedPreconditionError("the entry brought the analysis");
  }
  return absl::OkStatus();
}

v1::TrialRecord WithoutChange(const Written::Version<v1::TrialRecord>& written,
                              v1::TrialRecord end) {
  if (!written.before.has_value()) {
    // To an estimate the same as if it were not there.
    end.set_status(v1::TrialStatus::EXCLUDED);
    return end;
  }
  Undo(written.before->trial(), written.after.trial(), end.mutable_trial());
  if (end.status() == written.after.status() &&
      end.notice() == written.after.notice()) {
    end.set_status(written.before->status());
    end.set_notice(written.before->notice());
  }
  return end;
}

absl::Status CheckIsValid(const Delta& delta, const v1::Analysis& analysis,
                          const v1::Review& protocol) {
  Violations violations;
  ValidateAnalysis("analysis", analysis, protocol, violations);
  for (const v1::TrialRecord& record : delta.trials) {
    ValidateTrial(absl::StrCat("trial ", record.trial().trial_id()),
                  record.trial(), protocol, violations);
  }
  if (violations.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("what is left without the entry is not valid: ",
                   violations.ToStatus().message()));
}

}  // namespace

absl::StatusOr<Hypothesis> LeaveOutEntry(const ReviewState& end,
                                         const AnalysisVersion& analysis,
                                         const Written& written) {
  RETURN_IF_ERROR(CheckNothingRestsOn(written));
  Delta delta;
  for (const Written::Version<v1::TrialRecord>& trial : written.trials) {
    const TrialVersion* last = end.FindTrial(trial.after.trial().trial_id());
    if (last == nullptr) continue;
    delta.trials.push_back(WithoutChange(trial, last->record));
  }
  Hypothesis hypothesis;
  hypothesis.analysis = analysis;
  if (written.analysis.has_value()) {
    Undo(*written.analysis->before, written.analysis->after,
         hypothesis.analysis.record.mutable_analysis());
  }
  RETURN_IF_ERROR(CheckIsValid(delta, hypothesis.analysis.record.analysis(),
                               end.protocol()->review));
  hypothesis.state = end.With(delta);
  return hypothesis;
}

}  // namespace tidemark::review
