#include "review/plan_drafts.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "review/check.h"
#include "review/drafts.h"
#include "review/errors.h"
#include "review/plan_parts.h"
#include "review/two_extractions.h"
#include "review/validate_trial.h"

namespace tidemark::review {
namespace {

constexpr int kMostDrafts = 1000;

absl::Status CheckHasCredentials(const Author& author) {
  if (author.auth_method != "none") return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "CREDENTIALS_NEEDED",
               "two people cannot be told apart without credentials; start the "
               "server with a token file and call with a token of your own");
}

// Somebody may do it, but not this actor.
absl::Status NotByThisActor(const Author& author, absl::string_view why) {
  return Error(absl::StatusCode::kPermissionDenied, "ANOTHER_ACTOR_NEEDED",
               absl::StrCat("\"", author.name, "\" ", why),
               {{"actor", author.name}});
}

absl::Status NotNow(absl::string_view reason, absl::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

std::string NameOf(const v1::Draft& draft) {
  return absl::StrCat("draft ", draft.sequence(), " of trials/",
                      draft.trial_id());
}

// Open drafts of the trial, oldest first.
std::vector<const KeptDraft*> OpenOf(const ReviewState& state,
                                     absl::string_view trial_id) {
  std::vector<const KeptDraft*> open;
  for (const auto& kept : state.drafts().Of(trial_id)) {
    if (kept->draft.state() == v1::Draft::OPEN) open.push_back(kept.get());
  }
  return open;
}

// Of these the submissions that can still become a version.
std::vector<const KeptDraft*> OpenSubmissionsOf(const ReviewState& state,
                                                absl::string_view trial_id) {
  std::vector<const KeptDraft*> open = OpenOf(state, trial_id);
  const int64_t version = TrialVersionNumber(state, trial_id);
  open.erase(std::remove_if(open.begin(), open.end(),
                            [version](const KeptDraft* kept) {
                              return kept->draft.kind() !=
                                         v1::Draft::SUBMISSION ||
                                     kept->draft.base_version() != version;
                            }),
             open.end());
  return open;
}

// Closes a draft; an adjudication that was made of it cannot go on either.
void Close(const ReviewState& state, const v1::Draft& draft,
           v1::Draft::State how, int64_t became_version, DraftsDelta& delta) {
  delta.closed.push_back(
      {draft.trial_id(), draft.sequence(), how, became_version});
  for (const KeptDraft* other : OpenOf(state, draft.trial_id())) {
    const bool depends = std::count(other->made_of.begin(),
                                    other->made_of.end(), draft.sequence()) > 0;
    if (!depends) continue;
    // What takes effect itself was closed before.
    delta.closed.push_back({draft.trial_id(), other->draft.sequence(),
                            how == v1::Draft::REJECTED ? v1::Draft::REJECTED
                                                       : v1::Draft::SUPERSEDED,
                            0});
  }
}

// The author's own open draft of the trial, an adjudication or another one,
// gives way.
void SupersedeOwn(const ReviewState& state, const Author& author,
                  absl::string_view trial_id, bool adjudication,
                  DraftsDelta& delta) {
  for (const KeptDraft* own : OpenOf(state, trial_id)) {
    if (own->draft.actor() != author.name) continue;
    if ((own->draft.kind() == v1::Draft::ADJUDICATION) != adjudication) {
      continue;
    }
    Close(state, own->draft, v1::Draft::SUPERSEDED, 0, delta);
  }
}

KeptDraft DraftOf(const v1::TrialRecord& next, v1::Draft::Kind kind) {
  KeptDraft kept;
  kept.draft.set_trial_id(next.trial().trial_id());
  kept.draft.set_kind(kind);
  *kept.draft.mutable_trial() = next.trial();
  kept.draft.set_base_version(next.version() - 1);
  return kept;
}

// Makes `trial` the next version, of these drafts.
v1::TrialRecord VersionOf(const ReviewState& state, const v1::Trial& trial,
                          const std::vector<int64_t>& drafts) {
  v1::TrialRecord record = NextVersion(state, trial);
  record.mutable_drafts()->Add(drafts.begin(), drafts.end());
  return record;
}

// A submission that meets another actor's.
absl::Status Pair(const ReviewState& state, const v1::Draft& other,
                  v1::TrialRecord next, PlannedChange& plan) {
  const int64_t entry = state.sequence() + 1;
  const std::string& trial_id = other.trial_id();
  plan.delta.drafts.written.push_back(DraftOf(next, v1::Draft::SUBMISSION));
  if (!SayTheSame(other.trial(), next.trial())) return absl::OkStatus();
  Violations violations;
  ValidateTrial(absl::StrCat("draft ", other.sequence(), ".trial"),
                other.trial(), state.protocol()->review, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  plan.delta.trials.push_back(
      VersionOf(state, other.trial(), {other.sequence(), entry}));
  Close(state, other, v1::Draft::TAKEN, next.version(), plan.delta.drafts);
  plan.delta.drafts.closed.push_back(
      {trial_id, entry, v1::Draft::TAKEN, next.version()});
  return absl::OkStatus();
}

absl::Status ExtractAgain(const ReviewState& state, const Author& author,
                          v1::TrialRecord next, PlannedChange& plan) {
  const std::string& trial_id = next.trial().trial_id();
  std::vector<const KeptDraft*> others = OpenSubmissionsOf(state, trial_id);
  others.erase(std::remove_if(others.begin(), others.end(),
                              [&author](const KeptDraft* kept) {
                                return kept->draft.actor() == author.name;
                              }),
               others.end());
  if (others.size() > 1) {
    return NotNow(
        "EXTRACTED_TWICE",
        absl::StrCat(
            "trials/", trial_id, " was extracted by ", others[0]->draft.actor(),
            " (draft ", others[0]->draft.sequence(), ") and ",
            others[1]->draft.actor(), " (draft ", others[1]->draft.sequence(),
            "): adjudicate their differences, or reject one of them"));
  }
  SupersedeOwn(state, author, trial_id, /*adjudication=*/false,
               plan.delta.drafts);
  if (!others.empty()) {
    return Pair(state, others[0]->draft, std::move(next), plan);
  }
  plan.delta.drafts.written.push_back(DraftOf(next, v1::Draft::SUBMISSION));
  return absl::OkStatus();
}

absl::StatusOr<const KeptDraft*> FindOpen(const ReviewState& state,
                                          absl::string_view trial_id,
                                          int64_t sequence) {
  const KeptDraft* const kept = state.drafts().Find(trial_id, sequence);
  if (kept == nullptr) {
    std::vector<int64_t> open;
    for (const KeptDraft* other : OpenOf(state, trial_id)) {
      open.push_back(other->draft.sequence());
    }
    return Error(
        absl::StatusCode::kNotFound, "DRAFT_NOT_FOUND",
        absl::StrCat(
            "trials/", trial_id, " has no draft of sequence ", sequence,
            "; open are: ", open.empty() ? "none" : absl::StrJoin(open, ", ")),
        {{"trial", std::string(trial_id)},
         {"sequence", absl::StrCat(sequence)}});
  }
  const v1::Draft& draft = kept->draft;
  if (draft.state() == v1::Draft::OPEN) return kept;
  return NotNow(
      "DRAFT_CLOSED",
      absl::StrCat(NameOf(draft), " is ", v1::Draft::State_Name(draft.state()),
                   " since sequence ", draft.closed_at(), " by ",
                   draft.closed_by()));
}

// The drafts that a change names.
absl::StatusOr<std::vector<const KeptDraft*>> FindAll(
    const ReviewState& state, const std::string& field,
    const google::protobuf::RepeatedPtrField<v1::DraftName>& names,
    bool one_of_a_trial) {
  Violations violations;
  if (names.empty() || names.size() > kMostDrafts) {
    violations.Add(field, absl::StrCat("must hold 1-", kMostDrafts,
                                       " drafts, found ", names.size()));
  }
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < names.size(); ++i) {
    const std::string key =
        one_of_a_trial
            ? names[i].trial_id()
            : absl::StrCat(names[i].trial_id(), " ", names[i].sequence());
    if (!seen.insert(key).second) {
      violations.Add(Element(field, i),
                     absl::StrCat("\"", key, "\" stands in the change twice"));
    }
  }
  RETURN_IF_ERROR(violations.ToStatus());
  std::vector<const KeptDraft*> drafts;
  for (const v1::DraftName& name : names) {
    ASSIGN_OR_RETURN(const KeptDraft* const kept,
                     FindOpen(state, name.trial_id(), name.sequence()));
    drafts.push_back(kept);
  }
  return drafts;
}

// Whether this actor may approve the draft, under today's policy.
absl::Status CheckMayApprove(const ReviewState& state, const Author& author,
                             const KeptDraft& kept) {
  const v1::Draft& draft = kept.draft;
  if (draft.actor() == author.name) {
    return NotByThisActor(author, absl::StrCat("wrote ", NameOf(draft),
                                               "; another actor approves it"));
  }
  if (ExtractionRule(state) != v1::Policy::DOUBLE_EXTRACTION) {
    return absl::OkStatus();
  }
  if (draft.kind() == v1::Draft::SUBMISSION) {
    return NotNow(
        "SECOND_EXTRACTION_NEEDED",
        absl::StrCat(NameOf(draft),
                     " is one of two extractions: it takes effect when a "
                     "second actor submits the trial and their differences "
                     "are adjudicated, not by approval"));
  }
  if (draft.kind() == v1::Draft::ADJUDICATION &&
      state.policies().back().policy().adjudication() ==
          v1::Policy::THIRD_PERSON) {
    for (const int64_t source : kept.made_of) {
      const KeptDraft* const extracted =
          state.drafts().Find(draft.trial_id(), source);
      if (extracted->draft.actor() != author.name) continue;
      return NotByThisActor(
          author,
          absl::StrCat("extracted trials/", draft.trial_id(), " (draft ",
                       source, "); the policy wants a third person"));
    }
  }
  return absl::OkStatus();
}

// The two drafts of an adjudication, or why it cannot be.
absl::Status CheckPair(const v1::AdjudicateTrial& adjudicate,
                       const v1::Draft& first, const v1::Draft& second,
                       int64_t version) {
  for (const v1::Draft* draft : {&first, &second}) {
    if (draft->kind() != v1::Draft::SUBMISSION) {
      return NotNow("NOT_AN_EXTRACTION",
                    absl::StrCat(NameOf(*draft), " is a ",
                                 v1::Draft::Kind_Name(draft->kind()),
                                 ", not an extraction; approve it"));
    }
    RETURN_IF_ERROR(CheckVersion(
        absl::StrCat("trials/", adjudicate.trial_id(), " (replaced by draft ",
                     draft->sequence(), ")"),
        draft->base_version(), version));
  }
  if (first.actor() == second.actor()) {
    return NotNow("SECOND_EXTRACTION_NEEDED",
                  absl::StrCat("both drafts are by ", first.actor()));
  }
  return absl::OkStatus();
}

// Only who wrote the draft can write one of the version that is there now.
absl::Status CheckIsOfCurrentVersion(const ReviewState& state,
                                     const v1::Draft& draft) {
  const int64_t current = TrialVersionNumber(state, draft.trial_id());
  if (draft.base_version() == current) return absl::OkStatus();
  return Error(
      absl::StatusCode::kAborted, "VERSION_MISMATCH",
      absl::StrCat("trials/", draft.trial_id(), " is at version ", current,
                   ", and the draft of sequence ", draft.sequence(), " by \"",
                   draft.actor(), "\" is of version ", draft.base_version(),
                   ": its author writes another one, or it is rejected"),
      {{"resource", absl::StrCat("trials/", draft.trial_id())},
       {"current_version", absl::StrCat(current)},
       {"expected_version", absl::StrCat(draft.base_version())}});
}

}  // namespace

v1::Policy::Extraction ExtractionRule(const ReviewState& state) {
  return state.policies().empty()
             ? v1::Policy::SINGLE
             : state.policies().back().policy().extraction();
}

absl::StatusOr<PlannedChange> PlanSetPolicy(const ReviewState& state,
                                            const Author& author,
                                            const v1::Change& change) {
  const v1::SetPolicy& set = change.set_policy();
  const v1::Policy& policy = set.policy();
  const int64_t current =
      state.policies().empty() ? 0 : state.policies().back().version();
  if (set.has_expected_version()) {
    RETURN_IF_ERROR(CheckVersion("policy", set.expected_version(), current));
  }
  Violations violations;
  if (!IsSpecified(policy.extraction())) {
    violations.Add("set_policy.policy.extraction",
                   "must be SINGLE, SECOND_REVIEWER or DOUBLE_EXTRACTION");
  }
  const bool is_double = policy.extraction() == v1::Policy::DOUBLE_EXTRACTION;
  if (is_double && !IsSpecified(policy.adjudication())) {
    violations.Add("set_policy.policy.adjudication",
                   "must be AGREEMENT or THIRD_PERSON with DOUBLE_EXTRACTION");
  }
  if (!is_double &&
      policy.adjudication() != v1::Policy::ADJUDICATION_UNSPECIFIED) {
    violations.Add("set_policy.policy.adjudication",
                   "is only for DOUBLE_EXTRACTION; leave it out");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  if (policy.extraction() != v1::Policy::SINGLE ||
      ExtractionRule(state) != v1::Policy::SINGLE) {
    RETURN_IF_ERROR(CheckHasCredentials(author));
  }
  PlannedChange plan;
  plan.change = change;
  plan.action = "policy.set";
  plan.resource = "policy";
  plan.version_before = current;
  plan.version_after = current + 1;
  plan.delta.policy = policy;
  return plan;
}

absl::Status DraftWherePolicyAsks(const ReviewState& state,
                                  const Author& author, v1::Draft::Kind kind,
                                  PlannedChange& plan) {
  const v1::Policy::Extraction rule = ExtractionRule(state);
  if (rule == v1::Policy::SINGLE) return absl::OkStatus();
  RETURN_IF_ERROR(CheckHasCredentials(author));
  std::vector<std::string> trials;
  for (v1::TrialRecord& next : std::exchange(plan.delta.trials, {})) {
    trials.push_back(next.trial().trial_id());
    if (rule == v1::Policy::DOUBLE_EXTRACTION &&
        kind == v1::Draft::SUBMISSION) {
      RETURN_IF_ERROR(ExtractAgain(state, author, std::move(next), plan));
      continue;
    }
    SupersedeOwn(state, author, trials.back(), /*adjudication=*/false,
                 plan.delta.drafts);
    plan.delta.drafts.written.push_back(DraftOf(next, kind));
  }
  if (plan.delta.trials.empty()) plan.action = "trials.draft";
  NameTrials(state, trials, plan);
  return absl::OkStatus();
}

absl::StatusOr<PlannedChange> PlanApproveDrafts(const ReviewState& state,
                                                const Author& author,
                                                const v1::Change& change) {
  ASSIGN_OR_RETURN(
      const std::vector<const KeptDraft*> drafts,
      FindAll(state, "approve_drafts.drafts", change.approve_drafts().drafts(),
              /*one_of_a_trial=*/true));
  RETURN_IF_ERROR(CheckHasCredentials(author));
  PlannedChange plan;
  Violations violations;
  std::vector<std::string> trials;
  for (const KeptDraft* kept : drafts) {
    const v1::Draft& draft = kept->draft;
    RETURN_IF_ERROR(CheckMayApprove(state, author, *kept));
    RETURN_IF_ERROR(CheckIsOfCurrentVersion(state, draft));
    ValidateTrial(NameOf(draft), draft.trial(), state.protocol()->review,
                  violations);
    trials.push_back(draft.trial_id());
    std::vector<int64_t> of = kept->made_of;
    of.push_back(draft.sequence());
    v1::TrialRecord record = VersionOf(state, draft.trial(), of);
    // First, so that it is not taken for one whose extractions are closed.
    plan.delta.drafts.closed.push_back({draft.trial_id(), draft.sequence(),
                                        v1::Draft::TAKEN, record.version()});
    for (const int64_t source : kept->made_of) {
      Close(state, state.drafts().Find(draft.trial_id(), source)->draft,
            v1::Draft::TAKEN, record.version(), plan.delta.drafts);
    }
    plan.delta.trials.push_back(std::move(record));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  plan.change = change;
  plan.action = "trials.approve";
  NameTrials(state, trials, plan);
  return plan;
}

absl::StatusOr<PlannedChange> PlanRejectDrafts(const ReviewState& state,
                                               const v1::Change& change) {
  ASSIGN_OR_RETURN(
      const std::vector<const KeptDraft*> drafts,
      FindAll(state, "reject_drafts.drafts", change.reject_drafts().drafts(),
              /*one_of_a_trial=*/false));
  PlannedChange plan;
  std::vector<std::string> trials;
  for (const KeptDraft* kept : drafts) {
    const std::string& trial_id = kept->draft.trial_id();
    Close(state, kept->draft, v1::Draft::REJECTED, 0, plan.delta.drafts);
    if (std::count(trials.begin(), trials.end(), trial_id) == 0) {
      trials.push_back(trial_id);
    }
  }
  plan.change = change;
  plan.action = "trials.reject";
  NameTrials(state, trials, plan);
  return plan;
}

absl::StatusOr<PlannedChange> PlanAdjudicateTrial(const ReviewState& state,
                                                  const Author& author,
                                                  const v1::Change& change) {
  const v1::AdjudicateTrial& adjudicate = change.adjudicate_trial();
  const std::string& trial_id = adjudicate.trial_id();
  if (adjudicate.first_sequence() >= adjudicate.second_sequence()) {
    Violations violations;
    violations.Add("adjudicate_trial.first_sequence",
                   "must be less than second_sequence: the older draft first");
    return violations.ToStatus();
  }
  ASSIGN_OR_RETURN(const KeptDraft* const first,
                   FindOpen(state, trial_id, adjudicate.first_sequence()));
  ASSIGN_OR_RETURN(const KeptDraft* const second,
                   FindOpen(state, trial_id, adjudicate.second_sequence()));
  RETURN_IF_ERROR(CheckHasCredentials(author));
  if (ExtractionRule(state) != v1::Policy::DOUBLE_EXTRACTION) {
    return NotNow("NO_DOUBLE_EXTRACTION",
                  "the policy is not DOUBLE_EXTRACTION: there is nothing to "
                  "adjudicate; approve one of the drafts");
  }
  RETURN_IF_ERROR(CheckPair(adjudicate, first->draft, second->draft,
                            TrialVersionNumber(state, trial_id)));
  const bool by_extractor = author.name == first->draft.actor() ||
                            author.name == second->draft.actor();
  if (by_extractor && state.policies().back().policy().adjudication() ==
                          v1::Policy::THIRD_PERSON) {
    return NotByThisActor(author,
                          absl::StrCat("extracted trials/", trial_id,
                                       "; the policy wants a third person"));
  }
  Violations violations;
  const v1::Trial settled = Settle(first->draft.trial(), second->draft.trial(),
                                   adjudicate, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ValidateTrial("trial", settled, state.protocol()->review, violations);
  if (settled.trial_id() != trial_id) {
    violations.Add("adjudicate_trial.resolutions", "trial_id never changes");
  }
  RETURN_IF_ERROR(violations.ToStatus());

  const std::vector<int64_t> sources = {first->draft.sequence(),
                                        second->draft.sequence()};
  v1::TrialRecord next = VersionOf(state, settled, sources);
  PlannedChange plan;
  plan.change = change;
  plan.action = "trials.adjudicate";
  DraftsDelta& delta = plan.delta.drafts;
  if (by_extractor) {
    plan.action = "trials.draft";
    SupersedeOwn(state, author, trial_id, /*adjudication=*/true, delta);
    delta.written.push_back(DraftOf(next, v1::Draft::ADJUDICATION));
    delta.written.back().made_of = sources;
  } else {
    Close(state, first->draft, v1::Draft::TAKEN, next.version(), delta);
    Close(state, second->draft, v1::Draft::TAKEN, next.version(), delta);
    plan.delta.trials.push_back(std::move(next));
  }
  NameTrials(state, {trial_id}, plan);
  return plan;
}

v1::Extraction ExtractionOf(const ReviewState& state,
                            const std::string& trial_id) {
  v1::Extraction extraction;
  extraction.set_trial_id(trial_id);
  bool is_open = false;
  bool is_settled = false;
  bool awaits_second = true;
  const bool is_double = ExtractionRule(state) == v1::Policy::DOUBLE_EXTRACTION;
  for (const auto& kept : state.drafts().Of(trial_id)) {
    const v1::Draft& draft = *extraction.add_drafts() = kept->draft;
    if (draft.state() != v1::Draft::OPEN) continue;
    is_open = true;
    if (draft.kind() == v1::Draft::ADJUDICATION) is_settled = true;
    if (draft.kind() != v1::Draft::SUBMISSION) awaits_second = false;
  }
  const std::vector<const KeptDraft*> submissions =
      OpenSubmissionsOf(state, trial_id);
  if (!is_open) {
    extraction.set_state(v1::Extraction::CLOSED);
  } else if (is_double && submissions.size() > 1 && !is_settled) {
    extraction.set_state(v1::Extraction::CONFLICT);
    for (const ExtractionConflict& conflict : ConflictsOf(
             submissions[0]->draft.trial(), submissions[1]->draft.trial())) {
      v1::DraftConflict* to = extraction.add_conflicts();
      to->set_path(conflict.path);
      to->set_first(conflict.first);
      to->set_second(conflict.second);
    }
  } else if (is_double && awaits_second) {
    extraction.set_state(v1::Extraction::AWAITS_SECOND);
  } else {
    extraction.set_state(v1::Extraction::AWAITS_APPROVAL);
  }
  return extraction;
}

}  // namespace tidemark::review
