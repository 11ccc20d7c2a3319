#include "client/log_tracker.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "audit/tlog_proof.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "client/known_logs.h"
#include "client/receipt.h"
#include "client/restored_log.h"
#include "client/retry.h"
#include "client/unary_call.h"
#include "client/wire_digests.h"
#include "client/wire_keys.h"
#include "google/protobuf/repeated_field.h"

namespace tidemark::client {
namespace {

// The origin that a vkey is for.
absl::string_view NameOf(absl::string_view vkey) {
  return vkey.substr(0, vkey.find('+'));
}

std::string TreeText(const audit::Checkpoint& checkpoint) {
  return absl::StrCat("size ", checkpoint.size, " with root ",
                      audit::ToHex(checkpoint.root));
}

// Of a size that the server was shown to have, or has to have.
bool SaysThereIsNone(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsOutOfRange(status) ||
         absl::IsInvalidArgument(status);
}

// That the second tree extends the first one, by a proof off the wire.
absl::Status VerifyExtends(
    const audit::Checkpoint& first, const audit::Checkpoint& second,
    const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                   DigestsFromWire(hashes));
  return audit::VerifyConsistency(first.size, first.root, second.size,
                                  second.root, proof);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogTracker>> LogTracker::Open(
    const Connection& connection, const std::string& target,
    const Trust& trust) {
  for (const auto& [review_id, vkey] : trust.vkeys) {
    const absl::Status valid = audit::Verifier::Parse(vkey).status();
    if (valid.ok()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "the key given for review \"", review_id, "\": ", valid.message()));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<KnownLogs> known,
                   KnownLogs::Open(trust.directory, target));
  return absl::WrapUnique(new LogTracker(connection, std::move(known), trust));
}

LogTracker::LogTracker(const Connection& connection,
                       std::unique_ptr<KnownLogs> known, const Trust& trust)
    : connection_(connection),
      audits_(v1::AuditService::NewStub(connection_.channel())),
      known_(std::move(known)),
      trust_(trust) {}

absl::StatusOr<v1::GetCheckpointResponse> LogTracker::GetCheckpoint(
    const std::string& review_id, int64_t size) {
  ASSIGN_OR_RETURN(const std::optional<KnownLog> held, Known(review_id));
  v1::GetCheckpointRequest request;
  request.set_review_id(review_id);
  request.set_size(size);
  if (held.has_value() && (size == 0 || held->checkpoint.size <= size)) {
    request.set_consistent_with_size(held->checkpoint.size);
  }
  absl::StatusOr<v1::GetCheckpointResponse> response = CallWithRetries(
      connection_, *audits_, &v1::AuditService::Stub::GetCheckpoint, request);
  if (!response.ok()) {
    return WithoutCheckpoint(review_id, size, held, response.status());
  }
  if (held.has_value() && held->note == response->checkpoint() &&
      held->vkey == response->vkey() && request.consistent_with_size() != 0) {
    RETURN_IF_ERROR(CheckKey(review_id, held, *held));
    MarkMet(review_id);
    return response;  // Nothing is new.
  }
  ASSIGN_OR_RETURN(
      const KnownLog seen,
      OpenShown(review_id, held, response->vkey(), response->checkpoint()));
  if (size != 0 && seen.checkpoint.size != size) {
    return NotTheKnownLog(
        review_id, held,
        absl::StrCat("asked for the checkpoint of size ", size,
                     ", it shows one of ", TreeText(seen.checkpoint)));
  }
  std::optional<audit::Checkpoint> prefix;
  if (request.consistent_with_size() != 0) {
    prefix = held->checkpoint;
    const absl::Status extends =
        VerifyExtends(*prefix, seen.checkpoint, response->consistency_proof());
    if (!extends.ok()) {
      return NotTheKnownLog(
          review_id, held,
          absl::StrCat("a tree of ", TreeText(seen.checkpoint),
                       ", which is not proven to extend what is known (",
                       extends.message(),
                       "): entries were changed or removed"));
    }
  }
  RETURN_IF_ERROR(Accept(review_id, seen, prefix));
  return response;
}

absl::Status LogTracker::CheckReceipt(const v1::ApplyRequest& request,
                                      const v1::ApplyResponse& response) {
  const std::string& review_id = request.review_id();
  ASSIGN_OR_RETURN(std::optional<KnownLog> held, Known(review_id));
  std::string vkey = held.has_value() ? held->vkey : GivenKey(review_id);
  if (vkey.empty()) {
    // First contact: a receipt does not name the key.
    const auto latest = GetCheckpoint(review_id);
    if (SaysThereIsNone(latest.status())) {
      return NotTheKnownLog(review_id, held,
                            absl::StrCat("an answer to a write, but no log (",
                                         latest.status().message(), ")"));
    }
    RETURN_IF_ERROR(latest.status());
    vkey = latest->vkey();
    ASSIGN_OR_RETURN(held, Known(review_id));
  }
  ASSIGN_OR_RETURN(const audit::Verifier key, audit::Verifier::Parse(vkey));
  absl::StatusOr<audit::ProvenLeaf> proven =
      VerifyReceipt(request, response, key);
  if (absl::IsUnauthenticated(proven.status())) {
    // Its latest checkpoint comes with the key, which says more.
    const absl::Status latest = GetCheckpoint(review_id).status();
    if (absl::IsDataLoss(latest) || IsEpochChanged(latest)) return latest;
    auto rotated = CheckRotatedReceipt(request, response, vkey);
    if (rotated.ok()) proven = std::move(rotated);
    ASSIGN_OR_RETURN(held, Known(review_id));
  }
  if (!proven.ok()) {
    return NotTheKnownLog(
        review_id, held,
        absl::StrCat("the receipt of sequence ", response.sequence(),
                     " does not verify: ", proven.status().message()));
  }
  const v1::Receipt& receipt = response.receipt();
  std::optional<audit::Checkpoint> prefix;
  if (proven->checkpoint.size == receipt.leaf_index() + 1) {
    ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                     DigestsFromWire(receipt.inclusion_proof()));
    prefix = audit::Checkpoint{proven->checkpoint.origin, receipt.leaf_index(),
                               audit::RootBeforeLast(proof)};
  }
  return Accept(review_id, {vkey, receipt.checkpoint(), proven->checkpoint},
                prefix);
}

// A receipt by another key than the known one: which of the log's keys made it,
// its size says.
absl::StatusOr<audit::ProvenLeaf> LogTracker::CheckRotatedReceipt(
    const v1::ApplyRequest& request, const v1::ApplyResponse& response,
    std::string& vkey) {
  ASSIGN_OR_RETURN(
      const audit::Checkpoint claimed,
      audit::ReadCheckpointUnverified(response.receipt().checkpoint()));
  ASSIGN_OR_RETURN(const audit::KeyHistory keys,
                   Keys(request.review_id(), /*has=*/""));
  const audit::LogKey& key = keys.KeyAt(claimed.size);
  vkey = key.vkey;
  return VerifyReceipt(request, response, key.verifier);
}

absl::Status LogTracker::Remember(const std::string& review_id,
                                  absl::string_view vkey,
                                  absl::string_view note) {
  ASSIGN_OR_RETURN(const std::optional<KnownLog> held, Known(review_id));
  ASSIGN_OR_RETURN(const KnownLog seen, OpenShown(review_id, held, vkey, note));
  return Accept(review_id, seen, std::nullopt);
}

absl::StatusOr<bool> LogTracker::IsKnownButNotMet(
    const std::string& review_id) const {
  ASSIGN_OR_RETURN(const std::optional<KnownLog> held, Known(review_id));
  const MutexLock lock(&mutex_);
  return held.has_value() && met_.count(review_id) == 0;
}

absl::StatusOr<std::optional<KnownLog>> LogTracker::Known(
    const std::string& review_id) const {
  ASSIGN_OR_RETURN(std::optional<KnownLog> held, known_->Find(review_id));
  const std::string given = GivenKey(review_id);
  // Whether one key of an origin follows from another, the server has to prove.
  if (!held.has_value() || given.empty() ||
      NameOf(given) == NameOf(held->vkey)) {
    return held;
  }
  return NotTheKnownLog(review_id, held,
                        absl::StrCat("another key was given, ", given));
}

std::string LogTracker::GivenKey(const std::string& review_id) const {
  const auto given = trust_.vkeys.find(review_id);
  return given == trust_.vkeys.end() ? "" : given->second;
}

absl::StatusOr<KnownLog> LogTracker::OpenShown(
    const std::string& review_id, const std::optional<KnownLog>& held,
    absl::string_view vkey, absl::string_view note) {
  absl::StatusOr<KnownLog> seen = OpenKnownLog(vkey, note);
  if (!seen.ok()) {
    return NotTheKnownLog(review_id, held,
                          absl::StrCat("its checkpoint does not verify: ",
                                       seen.status().message()));
  }
  if (!IsOriginOf(seen->checkpoint.origin, review_id)) {
    return NotTheKnownLog(review_id, held,
                          absl::StrCat("a log of something else, whose origin "
                                       "is ",
                                       seen->checkpoint.origin));
  }
  RETURN_IF_ERROR(CheckKey(review_id, held, *seen));
  return seen;
}

absl::Status LogTracker::CheckKey(const std::string& review_id,
                                  const std::optional<KnownLog>& held,
                                  const KnownLog& seen) {
  if (held.has_value()) {
    RETURN_IF_ERROR(CheckFollows(review_id, held, held->vkey, seen));
  }
  const std::string given = GivenKey(review_id);
  if (given.empty()) return absl::OkStatus();
  return CheckFollows(review_id, held, given, seen);
}

absl::Status LogTracker::CheckFollows(const std::string& review_id,
                                      const std::optional<KnownLog>& held,
                                      absl::string_view trusted,
                                      const KnownLog& seen) {
  if (trusted == seen.vkey) return absl::OkStatus();
  const auto another = [&](absl::string_view why) {
    return OtherKey(
        review_id, held, seen,
        absl::StrCat("a tree of ", TreeText(seen.checkpoint),
                     ", signed with another key, ", seen.vkey, why));
  };
  const absl::StatusOr<audit::KeyHistory> keys = Keys(review_id, seen.vkey);
  if (absl::IsDataLoss(keys.status())) {
    return another(absl::StrCat(": ", keys.status().message()));
  }
  RETURN_IF_ERROR(keys.status());
  const int from = keys->IndexOf(trusted);
  const int to = keys->IndexOf(seen.vkey);
  if (from < 0 || to < 0) {
    return another(", to which no rotation leads: the log was replaced");
  }
  // An older key, which may be stolen by now, vouches for nothing to who trusts
  // a newer one: only what is known of the log proves that this is its start.
  const bool is_held = held.has_value() && held->vkey == trusted;
  if (to < from && !is_held) {
    return another(absl::StrCat(
        ", which is older than the key that is trusted: the log does not reach "
        "size ",
        keys->keys()[static_cast<size_t>(from)].from_size,
        ", from which on that signs"));
  }
  // Such a step is never followed on its own.
  if (!keys->SameEpoch(std::min(from, to), std::max(from, to))) {
    return another(": the log was restored from a backup and is another epoch");
  }
  return absl::OkStatus();
}

absl::StatusOr<audit::KeyHistory> LogTracker::Keys(const std::string& review_id,
                                                   absl::string_view has) {
  {
    const MutexLock lock(&mutex_);
    const auto found = keys_.find(review_id);
    if (found != keys_.end() && found->second.IndexOf(has) >= 0) {
      return found->second;
    }
  }
  v1::ListKeysRequest request;
  request.set_review_id(review_id);
  const auto response = CallWithRetries(
      connection_, *audits_, &v1::AuditService::Stub::ListKeys, request);
  if (!response.ok()) {
    // A refusal is a proof that fails.
    return IsTransient(response.status())
               ? response.status()
               : absl::DataLossError(response.status().message());
  }
  absl::StatusOr<audit::KeyHistory> keys =
      audit::KeyHistory::Verify(KeysFromWire(*response));
  if (!keys.ok()) return absl::DataLossError(keys.status().message());
  const MutexLock lock(&mutex_);
  keys_.insert_or_assign(review_id, *keys);
  return keys;
}

absl::Status LogTracker::Accept(
    const std::string& review_id, const KnownLog& seen,
    const std::optional<audit::Checkpoint>& prefix) {
  // Again whenever another thread or process came first. What is known only
  // grows, so this ends once it is at least as large as `seen`.
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<KnownLog> held, Known(review_id));
    RETURN_IF_ERROR(CheckKey(review_id, held, seen));
    if (held.has_value()) {
      if (held->checkpoint == seen.checkpoint) break;
      if (!(prefix == held->checkpoint)) {
        RETURN_IF_ERROR(ProveExtends(review_id, *held, seen));
      }
      if (seen.checkpoint.size < held->checkpoint.size) break;
    }
    ASSIGN_OR_RETURN(const bool replaced,
                     known_->Replace(review_id, held, seen));
    if (!replaced) continue;
    Tell(review_id, held, seen);
    break;
  }
  MarkMet(review_id);
  return absl::OkStatus();
}

void LogTracker::Tell(const std::string& review_id,
                      const std::optional<KnownLog>& held,
                      const KnownLog& seen) const {
  const std::string before =
      held.has_value() ? held->vkey : GivenKey(review_id);
  const std::string file = known_->FileOf(review_id);
  if (before.empty()) {
    if (!trust_.on_first_contact) return;
    trust_.on_first_contact({known_->target(), review_id, seen.vkey, file});
  } else if (before != seen.vkey && trust_.on_key_rotation) {
    trust_.on_key_rotation(
        {known_->target(), review_id, before, seen.vkey, file});
  }
}

void LogTracker::MarkMet(const std::string& review_id) {
  const MutexLock lock(&mutex_);
  met_.insert(review_id);
}

absl::Status LogTracker::ProveExtends(const std::string& review_id,
                                      const KnownLog& held,
                                      const KnownLog& seen) {
  const bool grew = held.checkpoint.size <= seen.checkpoint.size;
  const audit::Checkpoint& first = grew ? held.checkpoint : seen.checkpoint;
  const audit::Checkpoint& second = grew ? seen.checkpoint : held.checkpoint;
  if (first.size == 0) return absl::OkStatus();  // Every tree extends it.
  absl::StatusOr<v1::ProveConsistencyResponse> response =
      v1::ProveConsistencyResponse();
  if (first.size < second.size) {
    v1::ProveConsistencyRequest request;
    request.set_review_id(review_id);
    request.set_from_size(first.size);
    request.set_to_size(second.size);
    response =
        CallWithRetries(connection_, *audits_,
                        &v1::AuditService::Stub::ProveConsistency, request);
    if (!response.ok() && !SaysThereIsNone(response.status())) {
      return response.status();
    }
  }
  // A refusal is a proof that fails: to look further would ask this server
  // again.
  const absl::Status verified =
      response.ok() ? VerifyExtends(first, second, response->proof())
                    : response.status();
  if (verified.ok()) return absl::OkStatus();
  return NotTheKnownLog(
      review_id, held,
      absl::StrCat("a tree of ", TreeText(seen.checkpoint), ", which is not ",
                   grew ? "proven to extend" : "proven to be the start of",
                   " what is known (", verified.message(),
                   "): entries were changed or removed"));
}

absl::StatusOr<v1::GetCheckpointResponse> LogTracker::GetLatestUnproven(
    const std::string& review_id) {
  v1::GetCheckpointRequest request;
  request.set_review_id(review_id);
  return CallWithRetries(connection_, *audits_,
                         &v1::AuditService::Stub::GetCheckpoint, request);
}

absl::Status LogTracker::WithoutCheckpoint(const std::string& review_id,
                                           int64_t size,
                                           const std::optional<KnownLog>& held,
                                           const absl::Status& failure) {
  if (!held.has_value() || !SaysThereIsNone(failure)) return failure;
  if (size != 0) {
    // Not every size has a checkpoint; but the log must be there.
    RETURN_IF_ERROR(GetCheckpoint(review_id).status());
    return failure;
  }
  if (absl::IsNotFound(failure)) {
    return NotTheKnownLog(review_id, held,
                          absl::StrCat("no log at all (", failure.message(),
                                       "): it was removed"));
  }
  // It does not reach what is known. What does it have instead?
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   GetLatestUnproven(review_id));
  ASSIGN_OR_RETURN(
      const KnownLog seen,
      OpenShown(review_id, held, latest.vkey(), latest.checkpoint()));
  return NotTheKnownLog(review_id, held,
                        absl::StrCat("a tree of ", TreeText(seen.checkpoint),
                                     ": entries were removed"));
}

absl::Status LogTracker::OtherKey(const std::string& review_id,
                                  const std::optional<KnownLog>& held,
                                  const KnownLog& seen,
                                  absl::string_view found) const {
  if (!held.has_value()) return NotTheKnownLog(review_id, held, found);
  const auto restored =
      FindRestore(connection_, *audits_, review_id, *held, seen);
  if (IsTransient(restored.status())) return restored.status();
  if (absl::IsDataLoss(restored.status())) {
    return NotTheKnownLog(review_id, held, restored.status().message());
  }
  if (!restored.ok() || !restored->has_value()) {
    return NotTheKnownLog(review_id, held, found);
  }
  return RestoredError(review_id, known_->target(), **restored);
}

absl::StatusOr<RestoredLog> LogTracker::FollowRestore(
    const std::string& review_id) {
  ASSIGN_OR_RETURN(const std::optional<KnownLog> held, known_->Find(review_id));
  if (!held.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("nothing is known of the log of review \"", review_id,
                     "\": there is nothing to follow it from"));
  }
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   GetLatestUnproven(review_id));
  const absl::StatusOr<KnownLog> now =
      OpenKnownLog(latest.vkey(), latest.checkpoint());
  if (!now.ok() || !IsOriginOf(now->checkpoint.origin, review_id)) {
    return NotTheKnownLog(
        review_id, held,
        absl::StrCat("no checkpoint of it, but: ", latest.checkpoint()));
  }
  if (now->vkey == held->vkey) {
    return absl::FailedPreconditionError(
        absl::StrCat("the log of review \"", review_id,
                     "\" was not restored since it was last seen"));
  }
  const auto found = FindRestore(connection_, *audits_, review_id, *held, *now);
  if (!found.ok() || !found->has_value()) {
    return OtherKey(review_id, held, *now,
                    absl::StrCat("another key, ", now->vkey));
  }
  const RestoredLog& restored = **found;
  if (!restored.same_key && GivenKey(review_id) != now->vkey) {
    return RestoredError(review_id, known_->target(), restored);
  }
  ASSIGN_OR_RETURN(const bool replaced, known_->Replace(review_id, held, *now));
  if (!replaced) {
    return absl::AbortedError(
        absl::StrCat("another process followed the log of review \"", review_id,
                     "\" meanwhile"));
  }
  MarkMet(review_id);
  return restored;
}

absl::Status LogTracker::NotTheKnownLog(const std::string& review_id,
                                        const std::optional<KnownLog>& held,
                                        absl::string_view found) const {
  std::string text =
      absl::StrCat("the log of review \"", review_id, "\" at ",
                   known_->target(), " does NOT verify.\n  found: ", found);
  if (held.has_value()) {
    absl::StrAppend(&text, "\n  known: a tree of ", TreeText(held->checkpoint),
                    ", key ", held->vkey);
  } else if (!GivenKey(review_id).empty()) {
    absl::StrAppend(&text, "\n  known: the key that was given, ",
                    GivenKey(review_id));
  }
  absl::StrAppend(&text,
                  "\nDo not rely on this server until its operator has "
                  "explained this.");
  if (held.has_value() && !known_->FileOf(review_id).empty()) {
    absl::StrAppend(&text,
                    " If you know that its data were replaced on purpose, "
                    "remove ",
                    known_->FileOf(review_id), ": the log is then met as new.");
  }
  return absl::DataLossError(text);
}

}  // namespace tidemark::client
