// The rules of two people: what a submission or correction becomes under the
// policy of the review, and how drafts take effect.
#ifndef TIDEMARK_REVIEW_PLAN_DRAFTS_H_
#define TIDEMARK_REVIEW_PLAN_DRAFTS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/extraction.pb.h"

namespace tidemark::review {

// How submissions and corrections take effect: SINGLE if there is no policy.
v1::Policy::Extraction ExtractionRule(const ReviewState& state);

// What the state of the policy is after it is set.
//
// INVALID_ARGUMENT: it says no extraction, an adjudication where none is, or
// none where one is needed. ABORTED: expected_version is not the current one.
// FAILED_PRECONDITION: it needs two people, or did until now, and the author
// has no credentials.
absl::StatusOr<PlannedChange> PlanSetPolicy(const ReviewState& state,
                                            const Author& author,
                                            const v1::Change& change);

// Makes drafts of the versions of trials that `plan` writes, each validated, as
// far as the policy wants another actor; the author's own open draft of a trial
// is superseded. Under DOUBLE_EXTRACTION a submission that says the same as
// another actor's (two_extractions.h) takes effect, with the words of the
// earlier one. Nothing under SINGLE.
//
// FAILED_PRECONDITION: the author has no credentials, or two other actors have
// extracted the trial and their differences come first. INVALID_ARGUMENT: the
// earlier draft breaks a rule of today's protocol.
absl::Status DraftWherePolicyAsks(const ReviewState& state,
                                  const Author& author, v1::Draft::Kind kind,
                                  PlannedChange& plan);

// Errors of the three below: INVALID_ARGUMENT: malformed, or what would take
// effect breaks a rule of today's protocol. NOT_FOUND: no such draft.
// FAILED_PRECONDITION: a draft is closed, the policy wants another way, or the
// author has no credentials. ABORTED: the trial has another version than the
// one that the draft replaces. PERMISSION_DENIED: it takes another actor.

// Each draft becomes the next version of its trial.
absl::StatusOr<PlannedChange> PlanApproveDrafts(const ReviewState& state,
                                                const Author& author,
                                                const v1::Change& change);

// Each draft is closed; adjudications made of it are, too.
absl::StatusOr<PlannedChange> PlanRejectDrafts(const ReviewState& state,
                                               const v1::Change& change);

// The two drafts become one version (Settle); or a draft of it, where an
// extractor settles them by agreement.
absl::StatusOr<PlannedChange> PlanAdjudicateTrial(const ReviewState& state,
                                                  const Author& author,
                                                  const v1::Change& change);

// The drafts of a trial, which has some, with what they wait for under today's
// policy.
v1::Extraction ExtractionOf(const ReviewState& state,
                            const std::string& trial_id);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PLAN_DRAFTS_H_
