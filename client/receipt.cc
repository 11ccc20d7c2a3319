#include "client/receipt.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"
#include "client/wire_digests.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::client {
namespace {

absl::Status Mismatch(absl::string_view field, absl::string_view expected,
                      absl::string_view found) {
  return absl::DataLossError(absl::StrCat("its leaf has ", field, " \"", found,
                                          "\" instead of \"", expected, "\""));
}

absl::Status CheckEqual(absl::string_view field, absl::string_view expected,
                        absl::string_view found) {
  if (expected == found) return absl::OkStatus();
  return Mismatch(field, expected, found);
}

// Of an entry that wrote nothing but drafts.
constexpr char kDraftAction[] = "trials.draft";

// Actions that a leaf of this change may name; review/plan_change.cc.
std::vector<std::string> ActionsOf(const v1::Change& change) {
  switch (change.kind_case()) {
    case v1::Change::kPutReview:
      return {"review.create", "review.update"};
    case v1::Change::kPutAnalyses:
      return {"analyses.put"};
    case v1::Change::kSubmitTrials:
      return {"trials.submit", kDraftAction};
    case v1::Change::kCorrectTrial:
      return {"trials.correct", kDraftAction};
    case v1::Change::kMakeRelease:
      return {"releases.make"};
    case v1::Change::kRedactChanges:
      return {"changes.redact"};
    case v1::Change::kSetLivingMode:
      return {"living_mode.set"};
    case v1::Change::kRecordRuns:
      return {"runs.record"};
    case v1::Change::kSetPolicy:
      return {"policy.set"};
    case v1::Change::kApproveDrafts:
      return {"trials.approve"};
    case v1::Change::kRejectDrafts:
      return {"trials.reject"};
    case v1::Change::kAdjudicateTrial:
      return {"trials.adjudicate", kDraftAction};
    case v1::Change::kSetTrialStatus:
      break;
    default:
      return {};
  }
  switch (change.set_trial_status().status()) {
    case v1::TrialStatus::CONCERN:
      return {"trials.concern"};
    case v1::TrialStatus::RETRACTED:
      return {"trials.retract"};
    case v1::TrialStatus::EXCLUDED:
      return {"trials.exclude"};
    default:
      return {"trials.reinstate"};
  }
}

// Resources that the change writes, in its own order. Of a redaction those that
// the answer names: the server adds some.
std::vector<std::string> ResourcesOf(const v1::Change& change,
                                     const v1::ApplyResponse& response) {
  std::vector<std::string> resources;
  for (const int64_t sequence : response.redaction().sequences()) {
    resources.push_back(absl::StrCat("entries/", sequence));
  }
  if (change.has_put_review()) resources.push_back("review");
  for (const v1::Analysis& analysis : change.put_analyses().analyses()) {
    resources.push_back(absl::StrCat("analyses/", analysis.analysis_id()));
  }
  for (const auto& submitted : change.submit_trials().trials()) {
    resources.push_back(absl::StrCat("trials/", submitted.trial().trial_id()));
  }
  if (change.has_correct_trial()) {
    resources.push_back(
        absl::StrCat("trials/", change.correct_trial().trial_id()));
  }
  for (const std::string& id : change.set_trial_status().trial_ids()) {
    resources.push_back(absl::StrCat("trials/", id));
  }
  for (const v1::DraftName& draft : change.approve_drafts().drafts()) {
    resources.push_back(absl::StrCat("trials/", draft.trial_id()));
  }
  for (const v1::DraftName& draft : change.reject_drafts().drafts()) {
    std::string trial = absl::StrCat("trials/", draft.trial_id());
    if (std::find(resources.begin(), resources.end(), trial) ==
        resources.end()) {
      resources.push_back(std::move(trial));
    }
  }
  if (change.has_adjudicate_trial()) {
    resources.push_back(
        absl::StrCat("trials/", change.adjudicate_trial().trial_id()));
  }
  if (change.has_set_policy()) resources.push_back("policy");
  if (change.has_make_release()) {
    resources.push_back(absl::StrCat("releases/", change.make_release().tag()));
  }
  if (change.has_set_living_mode()) resources.push_back("living_mode");
  if (change.has_record_runs()) resources.push_back("runs");
  return resources;
}

// A leaf that has no room for all says how many it leaves out.
absl::Status CheckResource(const std::vector<std::string>& resources,
                           const std::string& found) {
  const std::string all = absl::StrJoin(resources, ",");
  if (found == all) return absl::OkStatus();
  for (size_t kept = 1; kept < resources.size(); ++kept) {
    const std::string rest =
        absl::StrCat(" and ", resources.size() - kept, " more");
    if (!absl::EndsWith(found, rest)) continue;
    const std::string start =
        absl::StrJoin(resources.begin(),
                      resources.begin() + static_cast<ptrdiff_t>(kept), ",");
    if (found == absl::StrCat(start, rest)) return absl::OkStatus();
  }
  return Mismatch("resource", all, found);
}

// The answer must name all entries that were to be redacted, and of another
// change none.
absl::Status CheckRedaction(const v1::RedactChanges& asked,
                            const v1::Redaction& answer) {
  if (asked.sequences().empty() && !answer.sequences().empty()) {
    return absl::DataLossError("the answer names entries that it redacts");
  }
  for (const int64_t sequence : asked.sequences()) {
    if (std::find(answer.sequences().begin(), answer.sequences().end(),
                  sequence) != answer.sequences().end()) {
      continue;
    }
    return absl::DataLossError(absl::StrCat("the answer does not name entry ",
                                            sequence,
                                            ", which was to be redacted"));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ApplyRequest& request,
                          const v1::ApplyResponse& response,
                          const audit::Leaf& leaf) {
  RETURN_IF_ERROR(
      CheckEqual("request_id", request.request_id(), leaf.request_id));
  RETURN_IF_ERROR(CheckEqual("reason", request.reason(), leaf.reason));
  const std::vector<std::string> actions = ActionsOf(request.change());
  if (std::find(actions.begin(), actions.end(), leaf.action) == actions.end()) {
    return Mismatch("action", absl::StrJoin(actions, " or "), leaf.action);
  }
  RETURN_IF_ERROR(
      CheckRedaction(request.change().redact_changes(), response.redaction()));
  return CheckResource(ResourcesOf(request.change(), response), leaf.resource);
}

absl::Status CheckAnswer(const v1::ApplyResponse& response,
                         const audit::Leaf& leaf) {
  RETURN_IF_ERROR(CheckEqual("sequence", absl::StrCat(response.sequence()),
                             absl::StrCat(leaf.sequence)));
  // A leaf names the version of a single record only; of a draft the one that
  // stays.
  if (leaf.version_after > leaf.version_before) {
    const bool single = response.versions_size() == 1;
    RETURN_IF_ERROR(CheckEqual(
        "version_after",
        single ? absl::StrCat(response.versions(0).version()) : "several",
        absl::StrCat(leaf.version_after)));
  }
  if (leaf.action == kDraftAction && response.versions_size() > 0) {
    return Mismatch("action", "one that writes versions", leaf.action);
  }
  const auto equal = [](const v1::AnalysisDigest& told,
                        const audit::Leaf::AnalysisDigest& logged) {
    return told.analysis_id() == logged.analysis &&
           told.inputs() == audit::AsBytes(logged.inputs) &&
           told.estimate() == audit::AsBytes(logged.estimate);
  };
  if (std::equal(response.moved().begin(), response.moved().end(),
                 leaf.analyses.begin(), leaf.analyses.end(), equal)) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      "its leaf names other estimates, or other digests of them, than the "
      "answer");
}

}  // namespace

absl::StatusOr<audit::ProvenLeaf> VerifyReceipt(
    const v1::ApplyRequest& request, const v1::ApplyResponse& response,
    const audit::Verifier& key) {
  if (!response.has_receipt()) {
    return absl::DataLossError("there is none in the answer");
  }
  const v1::Receipt& receipt = response.receipt();
  audit::TlogProof proof;
  proof.leaf = receipt.leaf();
  proof.index = receipt.leaf_index();
  proof.checkpoint = receipt.checkpoint();
  ASSIGN_OR_RETURN(proof.hashes, DigestsFromWire(receipt.inclusion_proof()));
  absl::StatusOr<audit::ProvenLeaf> proven = audit::VerifyTlogProof(proof, key);
  if (absl::IsInvalidArgument(proven.status())) {
    return absl::DataLossError(proven.status().message());
  }
  RETURN_IF_ERROR(proven.status());
  if (receipt.leaf_hash() != audit::AsBytes(audit::LeafHash(proof.leaf))) {
    return absl::DataLossError("its leaf hash is not that of its leaf");
  }
  RETURN_IF_ERROR(CheckRequest(request, response, proven->leaf));
  RETURN_IF_ERROR(CheckAnswer(response, proven->leaf));
  return proven;
}

}  // namespace tidemark::client
