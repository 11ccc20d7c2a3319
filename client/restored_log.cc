#include "client/restored_log.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"
#include "client/known_logs.h"
#include "client/status_conversion.h"
#include "client/unary_call.h"
#include "client/wire_digests.h"
#include "google/rpc/error_details.pb.h"

namespace tidemark::client {
namespace {

constexpr absl::string_view kEpochChanged = "LOG_EPOCH_CHANGED";

// Proves one restore. One use.
class RestoreProver {
 public:
  RestoreProver(const Connection& connection, v1::AuditService::Stub& audits,
                const std::string& review_id)
      : connection_(connection), audits_(audits), review_id_(review_id) {}

  absl::StatusOr<std::optional<RestoredLog>> Find(const KnownLog& held,
                                                  const KnownLog& now) {
    ASSIGN_OR_RETURN(const std::vector<audit::ClaimedKey> claimed, Keys());
    const auto history = audit::KeyHistory::Verify(claimed);
    if (!history.ok()) return std::nullopt;
    const int from = history->IndexOf(held.vkey);
    const int to = history->IndexOf(now.vkey);
    if (from < 0 || to <= from || history->SameEpoch(from, to)) {
      return std::nullopt;
    }
    RestoredLog restored;
    restored.held = held;
    restored.now = now;
    int first = from + 1;
    while (!history->keys()[static_cast<size_t>(first)].restored) ++first;
    restored.backup_size =
        history->keys()[static_cast<size_t>(first)].from_size - 1;
    restored.same_key = IsVouchedFor(*history, from, to);
    RETURN_IF_ERROR(
        ReadEntry(claimed[static_cast<size_t>(first)].proof, restored));
    RETURN_IF_ERROR(ProveStart(*history, from, restored));
    return restored;
  }

 private:
  absl::StatusOr<std::vector<audit::ClaimedKey>> Keys() {
    v1::ListKeysRequest request;
    request.set_review_id(review_id_);
    ASSIGN_OR_RETURN(
        const v1::ListKeysResponse response,
        CallWithRetries(connection_, audits_, &v1::AuditService::Stub::ListKeys,
                        request));
    std::vector<audit::ClaimedKey> keys;
    for (const v1::LogKey& key : response.keys()) {
      keys.push_back({key.vkey(), key.proof()});
    }
    return keys;
  }

  // A rotation is signed by the old key too; a restore is to keep the key.
  static bool IsVouchedFor(const audit::KeyHistory& history, int from, int to) {
    for (int i = from + 1; i <= to; ++i) {
      const audit::LogKey& key = history.keys()[static_cast<size_t>(i)];
      const audit::LogKey& before = history.keys()[static_cast<size_t>(i - 1)];
      if (key.restored &&
          audit::PublicPart(key.vkey) != audit::PublicPart(before.vkey)) {
        return false;
      }
    }
    return true;
  }

  // Of a proof that was verified.
  static absl::Status ReadEntry(const std::string& proof,
                                RestoredLog& restored) {
    ASSIGN_OR_RETURN(const audit::TlogProof parsed,
                     audit::ParseTlogProof(proof));
    ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(parsed.leaf));
    restored.time = absl::FromUnixNanos(leaf.time_unix_nanos);
    restored.reason = leaf.reason;
    return absl::OkStatus();
  }

  absl::Status ProveStart(const audit::KeyHistory& history, int held_key,
                          const RestoredLog& restored) {
    audit::Checkpoint start = restored.held.checkpoint;
    if (restored.lost() > 0) {
      ASSIGN_OR_RETURN(start, LastOfBackup(history, held_key, restored));
    }
    const absl::Status proven = ProveExtends(start, restored.now.checkpoint);
    if (proven.ok() || !absl::IsDataLoss(proven)) return proven;
    return absl::DataLossError(absl::StrCat(
        "a tree of size ", restored.now.checkpoint.size,
        ", which says to be restored from a backup of ", restored.backup_size,
        " entries but is not proven to begin with the tree of size ",
        start.size, " and root ", audit::ToHex(start.root),
        " that the old key signed (", proven.message(), ")"));
  }

  // What the old key signed of it: what is held is larger.
  absl::StatusOr<audit::Checkpoint> LastOfBackup(
      const audit::KeyHistory& history, int held_key,
      const RestoredLog& restored) {
    v1::GetCheckpointRequest request;
    request.set_review_id(review_id_);
    request.set_size(restored.backup_size);
    ASSIGN_OR_RETURN(
        const v1::GetCheckpointResponse response,
        CallWithRetries(connection_, audits_,
                        &v1::AuditService::Stub::GetCheckpoint, request));
    const int key = history.IndexOf(history.KeyAt(restored.backup_size).vkey);
    absl::StatusOr<audit::Checkpoint> last =
        history.Open(response.checkpoint());
    const bool is_old_epoch = key <= held_key
                                  ? history.SameEpoch(key, held_key)
                                  : history.SameEpoch(held_key, key);
    if (last.ok() && last->size == restored.backup_size && is_old_epoch) {
      return last;
    }
    return absl::DataLossError(absl::StrCat(
        "a log restored from a backup of ", restored.backup_size,
        " entries, whose last checkpoint the old key did not sign: ",
        last.status().message()));
  }

  // DATA_LOSS: not proven.
  absl::Status ProveExtends(const audit::Checkpoint& first,
                            const audit::Checkpoint& second) {
    v1::ProveConsistencyRequest request;
    request.set_review_id(review_id_);
    request.set_from_size(first.size);
    request.set_to_size(second.size);
    ASSIGN_OR_RETURN(
        const v1::ProveConsistencyResponse response,
        CallWithRetries(connection_, audits_,
                        &v1::AuditService::Stub::ProveConsistency, request));
    ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                     DigestsFromWire(response.proof()));
    const absl::Status proven = audit::VerifyConsistency(
        first.size, first.root, second.size, second.root, proof);
    return proven.ok() ? proven : absl::DataLossError(proven.message());
  }

  const Connection& connection_;
  v1::AuditService::Stub& audits_;
  const std::string& review_id_;
};

std::string LostText(const RestoredLog& restored) {
  const int64_t held = restored.held.checkpoint.size;
  if (restored.lost() == 0) {
    return absl::StrCat("nothing that you saw: your tree of size ", held,
                        " is proven to be the start of the log");
  }
  return absl::StrCat("the entries ", restored.backup_size + 1, "..", held,
                      ", which you saw");
}

}  // namespace

absl::StatusOr<std::optional<RestoredLog>> FindRestore(
    const Connection& connection, v1::AuditService::Stub& audits,
    const std::string& review_id, const KnownLog& held, const KnownLog& now) {
  return RestoreProver(connection, audits, review_id).Find(held, now);
}

std::string RestoredText(const std::string& review_id, absl::string_view target,
                         const RestoredLog& restored) {
  const int64_t kept =
      std::min(restored.backup_size, restored.held.checkpoint.size);
  return absl::StrCat("the log of review \"", review_id, "\" at ", target,
                      " was restored from a backup, on ",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", restored.time,
                                       absl::UTCTimeZone()),
                      ": ", restored.reason, "\n  kept: the entries 1..", kept,
                      ", as the key that you know signed them\n  lost: ",
                      LostText(restored), "\n  known: key ", restored.held.vkey,
                      "\n  now:   key ", restored.now.vkey);
}

absl::Status RestoredError(const std::string& review_id,
                           absl::string_view target,
                           const RestoredLog& restored) {
  absl::Status status = absl::FailedPreconditionError(absl::StrCat(
      RestoredText(review_id, target, restored),
      "\nNo answer is relied on until you follow the log into its new epoch: "
      "tidemark verify ",
      review_id, " --follow-restore",
      restored.same_key ? ""
                        : " --key VKEY, with the new key as you got it from "
                          "the operator: nothing vouches for it"));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(kEpochChanged));
  info.set_domain("tidemark");
  (*info.mutable_metadata())["backup_size"] =
      absl::StrCat(restored.backup_size);
  (*info.mutable_metadata())["lost"] = absl::StrCat(restored.lost());
  (*info.mutable_metadata())["vkey"] = restored.now.vkey;
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  return status;
}

bool IsEpochChanged(const absl::Status& status) {
  const auto info = ErrorInfoOf(status);
  return absl::IsFailedPrecondition(status) && info.has_value() &&
         info->reason() == kEpochChanged;
}

}  // namespace tidemark::client
