#include "review/plan_change.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/field_path.h"
#include "review/living_mode.h"
#include "review/log_events.h"
#include "review/plan_drafts.h"
#include "review/plan_parts.h"
#include "review/plan_redaction.h"
#include "review/plan_release.h"
#include "review/status_transition.h"
#include "review/system_events.h"
#include "review/validate_analysis.h"
#include "review/validate_review.h"
#include "review/validate_trial.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

// What refers to the protocol must still be valid under the new one.
void ValidateDependents(const ReviewState& state, const v1::Review& review,
                        Violations& violations) {
  for (const auto& [id, trial] : state.trials()) {
    ValidateTrial(absl::StrCat("existing trial ", id), trial->record.trial(),
                  review, violations);
  }
  for (const AnalysisVersion* version : state.Analyses()) {
    const v1::Analysis& analysis = version->record.analysis();
    ValidateAnalysis(absl::StrCat("existing analysis ", analysis.analysis_id()),
                     analysis, review, violations);
  }
}

absl::StatusOr<PlannedChange> PlanPutReview(const ReviewState& state,
                                            absl::string_view review_id,
                                            const v1::Change& change) {
  const v1::PutReview& put = change.put_review();
  const int64_t current =
      state.protocol() == nullptr ? 0 : state.protocol()->version;
  if (put.has_expected_version()) {
    RETURN_IF_ERROR(CheckVersion("review", put.expected_version(), current));
  }
  Violations violations;
  ValidateReview("put_review.review", put.review(), violations);
  if (put.review().review_id() != review_id) {
    violations.Add(
        "put_review.review.review_id",
        absl::StrCat("must be the review of the request, \"", review_id,
                     "\", found \"", put.review().review_id(), "\""));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  ValidateDependents(state, put.review(), violations);
  RETURN_IF_ERROR(violations.ToStatus());

  PlannedChange plan;
  plan.change = change;
  plan.action = current == 0 ? "review.create" : "review.update";
  plan.resource = "review";
  plan.version_before = current;
  plan.version_after = current + 1;
  plan.delta.protocol = put.review();
  plan.delta.protocol_version = current + 1;
  return plan;
}

absl::StatusOr<PlannedChange> PlanPutAnalyses(const ReviewState& state,
                                              const v1::Change& change) {
  PlannedChange plan;
  plan.change = change;
  v1::PutAnalyses* put = plan.change.mutable_put_analyses();
  Violations violations;
  absl::flat_hash_set<std::string> seen;
  std::vector<std::string> ids;
  size_t total = state.Analyses().size();
  for (int i = 0; i < put->analyses_size(); ++i) {
    v1::Analysis* analysis = put->mutable_analyses(i);
    const std::string field = Element("put_analyses.analyses", i);
    FillDefaults(analysis);
    ValidateAnalysis(field, *analysis, state.protocol()->review, violations);
    const std::string& id = analysis->analysis_id();
    if (!seen.insert(id).second) {
      violations.Add(absl::StrCat(field, ".analysis_id"),
                     absl::StrCat("\"", id, "\" stands in the change twice"));
    }
    const AnalysisVersion* current = state.FindAnalysis(id);
    if (current == nullptr) ++total;
    ids.push_back(id);
    v1::AnalysisRecord record;
    *record.mutable_analysis() = *analysis;
    record.set_version(current == nullptr ? 1 : current->record.version() + 1);
    plan.delta.analyses.push_back(std::move(record));
  }
  if (put->analyses().empty()) {
    violations.Add("put_analyses.analyses", "must hold at least one analysis");
  }
  if (total > kMostAnalyses) {
    violations.Add("put_analyses.analyses",
                   absl::StrCat("a review has at most ", kMostAnalyses,
                                " analyses, this would make ", total));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  plan.action = "analyses.put";
  plan.resource = JoinResources("analyses", ids);
  if (plan.delta.analyses.size() == 1) {
    plan.version_after = plan.delta.analyses[0].version();
    plan.version_before = plan.version_after - 1;
  }
  return plan;
}

absl::StatusOr<PlannedChange> PlanSubmitTrials(const ReviewState& state,
                                               const v1::Change& change,
                                               const Author& author) {
  const v1::SubmitTrials& submit = change.submit_trials();
  PlannedChange plan;
  plan.change = change;
  Violations violations;
  absl::flat_hash_set<std::string> seen;
  std::vector<std::string> ids;
  for (int i = 0; i < submit.trials_size(); ++i) {
    const v1::SubmittedTrial& submitted = submit.trials(i);
    const v1::Trial& trial = submitted.trial();
    const std::string field =
        absl::StrCat(Element("submit_trials.trials", i), ".trial");
    if (submitted.has_expected_version()) {
      RETURN_IF_ERROR(
          CheckVersion(absl::StrCat("trials/", trial.trial_id()),
                       submitted.expected_version(),
                       TrialVersionNumber(state, trial.trial_id())));
    }
    ValidateTrial(field, trial, state.protocol()->review, violations);
    if (!seen.insert(trial.trial_id()).second) {
      violations.Add(absl::StrCat(field, ".trial_id"),
                     absl::StrCat("\"", trial.trial_id(),
                                  "\" stands in the change twice"));
    }
    ids.push_back(trial.trial_id());
    plan.delta.trials.push_back(NextVersion(state, trial));
  }
  if (submit.trials().empty() || submit.trials_size() > 10000) {
    violations.Add(
        "submit_trials.trials",
        absl::StrCat("must hold 1-10000 trials, found ", submit.trials_size()));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  plan.action = "trials.submit";
  NameTrials(state, ids, plan);
  RETURN_IF_ERROR(
      DraftWherePolicyAsks(state, author, v1::Draft::SUBMISSION, plan));
  return plan;
}

absl::StatusOr<PlannedChange> PlanCorrectTrial(const ReviewState& state,
                                               const v1::Change& change,
                                               const Author& author) {
  PlannedChange plan;
  plan.change = change;
  v1::CorrectTrial* correct = plan.change.mutable_correct_trial();
  const TrialVersion* current = state.FindTrial(correct->trial_id());
  if (current == nullptr) return UnknownTrial(correct->trial_id());
  if (correct->has_expected_version()) {
    RETURN_IF_ERROR(CheckVersion(absl::StrCat("trials/", correct->trial_id()),
                                 correct->expected_version(),
                                 current->record.version()));
  }
  v1::Trial trial = current->record.trial();
  Violations violations;
  for (int i = 0; i < correct->edits_size(); ++i) {
    v1::FieldEdit* edit = correct->mutable_edits(i);
    absl::StatusOr<std::string> old_value =
        SetField(edit->path(), edit->value(), &trial);
    if (old_value.ok()) {
      edit->set_old_value(*std::move(old_value));
    } else {
      violations.Add(Element("correct_trial.edits", i),
                     old_value.status().message());
    }
  }
  if (correct->edits().empty() || correct->edits_size() > 1000) {
    violations.Add("correct_trial.edits", "must hold 1-1000 edits");
  }
  if (trial.trial_id() != correct->trial_id()) {
    violations.Add("correct_trial.edits", "trial_id never changes");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  ValidateTrial("trial", trial, state.protocol()->review, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  plan.delta.trials.push_back(NextVersion(state, trial));
  plan.action = "trials.correct";
  NameTrials(state, {correct->trial_id()}, plan);
  RETURN_IF_ERROR(
      DraftWherePolicyAsks(state, author, v1::Draft::CORRECTION, plan));
  return plan;
}

absl::StatusOr<PlannedChange> PlanSetTrialStatus(const ReviewState& state,
                                                 const v1::Change& change) {
  const v1::SetTrialStatus& set = change.set_trial_status();
  PlannedChange plan;
  plan.change = change;
  Violations violations;
  if (set.trial_ids().empty() || set.trial_ids_size() > 1000) {
    violations.Add("set_trial_status.trial_ids", "must hold 1-1000 trials");
  }
  ValidateStatus(set.status(), set.notice(), violations);
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < set.trial_ids_size(); ++i) {
    if (!seen.insert(set.trial_ids(i)).second) {
      violations.Add(Element("set_trial_status.trial_ids", i),
                     absl::StrCat("\"", set.trial_ids(i), "\" stands twice"));
    }
  }
  RETURN_IF_ERROR(violations.ToStatus());
  for (const std::string& id : set.trial_ids()) {
    const TrialVersion* current = state.FindTrial(id);
    if (current == nullptr) return UnknownTrial(id);
    RETURN_IF_ERROR(
        CheckTransition(id, current->record.status(), set.status()));
    v1::TrialRecord record = NextVersion(state, current->record.trial());
    record.set_status(set.status());
    record.set_notice(set.notice());
    plan.delta.trials.push_back(std::move(record));
  }
  plan.action = StatusAction(set.status());
  NameTrials(state, {set.trial_ids().begin(), set.trial_ids().end()}, plan);
  return plan;
}

}  // namespace

absl::StatusOr<PlannedChange> PlanChange(const ReviewState& state,
                                         absl::string_view review_id,
                                         const v1::Change& change,
                                         const Author& author) {
  if (IsLogEvent(change)) return PlanLogEvent(state, review_id, change);
  if (review_id == kSystemLog) return PlanSystemEvent(change);
  if (change.kind_case() == v1::Change::kPutReview) {
    return PlanPutReview(state, review_id, change);
  }
  if (state.protocol() == nullptr) {
    return Error(
        absl::StatusCode::kNotFound, "REVIEW_NOT_FOUND",
        absl::StrCat("there is no review \"", review_id, "\"; create it first"),
        {{"review", std::string(review_id)}});
  }
  switch (change.kind_case()) {
    case v1::Change::kPutAnalyses:
      return PlanPutAnalyses(state, change);
    case v1::Change::kSubmitTrials:
      return PlanSubmitTrials(state, change, author);
    case v1::Change::kCorrectTrial:
      return PlanCorrectTrial(state, change, author);
    case v1::Change::kSetTrialStatus:
      return PlanSetTrialStatus(state, change);
    case v1::Change::kMakeRelease:
      return PlanMakeRelease(state, change);
    case v1::Change::kRedactChanges:
      return PlanRedactChanges(state, change);
    case v1::Change::kSetLivingMode:
      return PlanSetLivingMode(state, change);
    case v1::Change::kRecordRuns:
      return PlanRecordRuns(change);
    case v1::Change::kReportOverdue:
      return PlanReportOverdue(state, change);
    case v1::Change::kSetPolicy:
      return PlanSetPolicy(state, author, change);
    case v1::Change::kApproveDrafts:
      return PlanApproveDrafts(state, author, change);
    case v1::Change::kRejectDrafts:
      return PlanRejectDrafts(state, change);
    case v1::Change::kAdjudicateTrial:
      return PlanAdjudicateTrial(state, author, change);
    default: {
      Violations violations;
      violations.Add("change",
                     IsSystemEvent(change)
                         ? "is for the server's own log, not for a review"
                         : "says nothing to do; set one of its fields");
      return violations.ToStatus();
    }
  }
}

}  // namespace tidemark::review
