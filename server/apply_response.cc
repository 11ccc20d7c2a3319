#include "server/apply_response.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "review/conclusion_events.h"
#include "review/estimate_details.h"
#include "review/relative_effects.h"
#include "server/conclusion_reads.h"
#include "server/log_reader.h"
#include "storage/review_store.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

void AddVersion(absl::string_view resource, int64_t version,
                v1::ApplyResponse& response) {
  v1::RecordVersion* record = response.add_versions();
  record->set_resource(std::string(resource));
  record->set_version(version);
}

// Versions of protocol, policy, analyses, living mode and releases that entry
// `sequence` made.
void WriteVersions(const review::ReviewState& state, int64_t sequence,
                   v1::ApplyResponse& response) {
  const review::ProtocolVersion* protocol = state.ProtocolAsOf(sequence);
  if (protocol != nullptr && protocol->sequence == sequence) {
    AddVersion("review", protocol->version, response);
  }
  const v1::PolicyRecord* policy = state.PolicyAsOf(sequence);
  if (policy != nullptr && policy->sequence() == sequence) {
    AddVersion("policy", policy->version(), response);
  }
  for (const review::AnalysisVersion* analysis : state.Analyses(sequence)) {
    if (analysis->record.sequence() != sequence) continue;
    AddVersion(
        absl::StrCat("analyses/", analysis->record.analysis().analysis_id()),
        analysis->record.version(), response);
  }
  const v1::LivingModeRecord* living_mode = state.LivingMode(sequence);
  if (living_mode != nullptr && living_mode->sequence() == sequence) {
    AddVersion("living_mode", living_mode->version(), response);
  }
  for (const v1::Release& release : state.releases()) {
    if (release.made_at() != sequence) continue;
    AddVersion(absl::StrCat("releases/", release.tag()), 1, response);
  }
}

// Drafts that entry `sequence` wrote and that did not take effect with it, as
// they were then.
void WriteDrafts(const review::ReviewState& state, int64_t sequence,
                 v1::ApplyResponse& response) {
  for (const auto& [trial, drafts] : state.drafts().by_trial()) {
    const review::KeptDraft* const kept = state.drafts().Find(trial, sequence);
    if (kept == nullptr || kept->draft.closed_at() == sequence) continue;
    v1::Draft& draft = *response.add_drafts() = kept->draft;
    draft.clear_trial();
    draft.set_state(v1::Draft::OPEN);
    draft.clear_closed_at();
    draft.clear_closed_by();
    draft.clear_became_version();
  }
}

void WriteTrialVersion(const v1::TrialRecord& record,
                       v1::ApplyResponse& response) {
  AddVersion(absl::StrCat("trials/", record.trial().trial_id()),
             record.version(), response);
}

// Sequence and versions of the last entry of `state`, which writes `trials`.
v1::ApplyResponse WriteRecords(const review::ReviewState& state,
                               const std::vector<std::string>& trials) {
  v1::ApplyResponse response;
  response.set_sequence(state.sequence());
  WriteVersions(state, state.sequence(), response);
  WriteDrafts(state, state.sequence(), response);
  for (const std::string& id : trials) {
    WriteTrialVersion(state.FindTrial(id)->record, response);
  }
  return response;
}

void WriteMoved(const audit::Leaf& leaf, v1::ApplyResponse& response) {
  for (const audit::Leaf::AnalysisDigest& digest : leaf.analyses) {
    WriteAnalysisDigest(digest, response.add_moved());
  }
}

v1::Receipt ReceiptOf(int64_t leaf_index, absl::string_view leaf,
                      const audit::Digest& leaf_hash,
                      const std::vector<audit::Digest>& proof) {
  v1::Receipt receipt;
  receipt.set_leaf_index(leaf_index);
  receipt.set_leaf(std::string(leaf));
  receipt.set_leaf_hash(std::string(audit::AsBytes(leaf_hash)));
  for (const audit::Digest& digest : proof) {
    receipt.add_inclusion_proof(std::string(audit::AsBytes(digest)));
  }
  return receipt;
}

}  // namespace

void WriteRedaction(const v1::Change& change, v1::ApplyResponse& response) {
  if (!change.has_redact_changes()) return;
  const v1::RedactChanges& redact = change.redact_changes();
  *response.mutable_redaction()->mutable_sequences() = redact.sequences();
  *response.mutable_redaction()->mutable_still_held() = redact.still_held();
}

absl::StatusOr<v1::Receipt> MakeReceipt(
    const storage::ReviewStore& store,
    const storage::SignedCheckpoint& checkpoint, int64_t sequence) {
  const auto node = [&](int level, int64_t index) {
    return store.Node(checkpoint.review, level, index);
  };
  ASSIGN_OR_RETURN(const std::string leaf,
                   store.Leaf(checkpoint.review, sequence));
  ASSIGN_OR_RETURN(const audit::Digest leaf_hash, node(0, sequence - 1));
  ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                   audit::InclusionProof(sequence - 1, checkpoint.size, node));
  v1::Receipt receipt = ReceiptOf(sequence - 1, leaf, leaf_hash, proof);
  receipt.set_checkpoint(checkpoint.note);
  return receipt;
}

v1::Receipt MakeReceipt(absl::string_view leaf, const audit::Digest& leaf_hash,
                        const audit::Frontier& before) {
  return ReceiptOf(before.size(), leaf, leaf_hash, before.NextProof());
}

absl::StatusOr<v1::ApplyResponse> MakeApplyResponse(
    const storage::ReviewStore& store,
    const storage::SignedCheckpoint& checkpoint,
    const review::ReviewState& state, int64_t sequence) {
  const LogReader reader(&store, checkpoint.review);
  v1::ApplyResponse response;
  response.set_sequence(sequence);
  ASSIGN_OR_RETURN(*response.mutable_receipt(),
                   MakeReceipt(store, checkpoint, sequence));
  WriteVersions(state, sequence, response);
  WriteDrafts(state, sequence, response);
  ASSIGN_OR_RETURN(const v1::Change change, reader.Change(sequence));
  ASSIGN_OR_RETURN(const std::vector<v1::TrialRecord> trials,
                   reader.TrialsWritten(sequence, change));
  for (const v1::TrialRecord& record : trials) {
    WriteTrialVersion(record, response);
  }
  WriteRedaction(change, response);
  ASSIGN_OR_RETURN(const audit::Leaf leaf, reader.Leaf(sequence));
  WriteMoved(leaf, response);
  return response;
}

v1::ApplyResponse MakeDraftResponse(const review::ReviewState& state,
                                    const std::vector<std::string>& trials,
                                    const audit::Leaf& leaf,
                                    v1::Receipt receipt) {
  v1::ApplyResponse response = WriteRecords(state, trials);
  *response.mutable_receipt() = std::move(receipt);
  WriteMoved(leaf, response);
  return response;
}

absl::StatusOr<v1::ApplyResponse> MakeDryResponse(
    const review::ReviewState& before, const review::ReviewState& state,
    const std::vector<std::string>& trials, std::vector<TriedEstimate> tried) {
  v1::ApplyResponse response = WriteRecords(state, trials);
  for (TriedEstimate& estimates : tried) {
    std::optional<review::DeclaredEstimate> old;
    if (estimates.before.has_value()) {
      review::FillRelativeEffects(&*estimates.before);
      ASSIGN_OR_RETURN(old, Declare(before, *std::move(estimates.before)));
    }
    review::FillDerived(&estimates.after);
    ASSIGN_OR_RETURN(review::DeclaredEstimate now,
                     Declare(state, std::move(estimates.after)));
    for (v1::ConclusionEvent& event :
         review::ConclusionEvents(old.has_value() ? &*old : nullptr, now)) {
      *response.add_events() = std::move(event);
    }
    *response.add_conclusions() = ConcludeDeclared(now);
    *response.add_estimates() = std::move(now.estimate);
  }
  return response;
}

}  // namespace tidemark::server
