#include "server/replay.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "review/living_mode.h"
#include "review/log_events.h"
#include "review/plan_change.h"
#include "review/redaction_check.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {
namespace {

// Digest of the current estimate of each analysis, as the leaves name them.
using EstimateDigests = std::map<std::string, audit::Digest>;

absl::Status Damaged(int64_t sequence, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("sequence ", sequence, ": ", why));
}

// What an error means in a log that must be whole: an I/O error stays one,
// anything else is damage.
absl::Status InLog(absl::string_view where, const absl::Status& status) {
  const bool is_io =
      absl::IsUnavailable(status) || absl::IsResourceExhausted(status);
  return absl::Status(is_io ? status.code() : absl::StatusCode::kDataLoss,
                      absl::StrCat(where, ": ", status.message()));
}

// That all is there that the entry wrote; what it says is for verification.
// RocksDB forgets tables of data, and deletes them, when its manifest was cut:
// reads of the past would then answer with what was current before.
absl::Status CheckComplete(const storage::ReviewStore& store,
                           const std::string& review_id,
                           const audit::Leaf& leaf,
                           const review::Delta& delta) {
  const auto check = [&](const absl::StatusOr<storage::StoredVersion>& version,
                         absl::string_view what, const std::string& id) {
    if (version.ok() && version->sequence == leaf.sequence) {
      return absl::OkStatus();
    }
    if (!version.ok() && !absl::IsNotFound(version.status())) {
      return version.status();
    }
    return absl::DataLossError(
        absl::StrCat("what it wrote of ", what, " ", id, " is missing"));
  };
  for (const v1::TrialRecord& record : delta.trials) {
    const std::string& id = record.trial().trial_id();
    RETURN_IF_ERROR(
        check(store.TrialAsOf(review_id, id, leaf.sequence), "trial", id));
  }
  for (const audit::Leaf::AnalysisDigest& digest : leaf.analyses) {
    const std::string& id = digest.analysis;
    RETURN_IF_ERROR(check(store.EstimateAsOf(review_id, id, leaf.sequence),
                          "the estimate of", id));
  }
  if (!leaf.request_id.empty()) {
    RETURN_IF_ERROR(store.FindRequest(review_id, leaf.request_id).status());
  }
  // The perfect nodes that its leaf completes.
  int64_t nodes = leaf.sequence;
  for (int level = 0; nodes > 0; ++level, nodes /= 2) {
    RETURN_IF_ERROR(store.Node(review_id, level, nodes - 1).status());
    if (nodes % 2 == 1) break;
  }
  return absl::OkStatus();
}

absl::Status ReplayEntry(const storage::ReviewStore& store,
                         const std::string& review_id, int64_t sequence,
                         Replayed& replayed, review::RedactionCheck& redactions,
                         EstimateDigests& estimates) {
  TIDEMARK_FAILPOINT("replaying");
  const LogReader reader(&store, review_id);
  ASSIGN_OR_RETURN(const audit::Leaf leaf, reader.Leaf(sequence));
  ASSIGN_OR_RETURN(const storage::SaltedChange salted,
                   store.Change(review_id, sequence));
  ASSIGN_OR_RETURN(const v1::Change change,
                   reader.ParseChange(sequence, salted.change));
  RETURN_IF_ERROR(redactions.Add(leaf, salted.salt, salted.change, change));
  ASSIGN_OR_RETURN(const review::PlannedChange plan,
                   review::PlanChange(replayed.state, review_id, change,
                                      review::AuthorOf(leaf)));
  RETURN_IF_ERROR(review::CheckDays(plan.change,
                                    absl::FromUnixNanos(leaf.time_unix_nanos)));
  const int64_t epoch = review::EpochAfter(replayed.epoch, plan.delta);
  if (sequence > 1 && leaf.epoch != epoch) {
    return Damaged(sequence, absl::StrCat("it is of epoch ", leaf.epoch,
                                          ", not of ", epoch));
  }
  RETURN_IF_ERROR(CheckComplete(store, review_id, leaf, plan.delta));
  replayed.state.Apply(plan.delta, review::ContextOf(leaf));
  replayed.epoch = leaf.epoch;
  replayed.time_unix_nanos = leaf.time_unix_nanos;
  for (const audit::Leaf::AnalysisDigest& digest : leaf.analyses) {
    estimates[digest.analysis] = digest.estimate;
    replayed.inputs[digest.analysis] = digest.inputs;
  }
  return absl::OkStatus();
}

absl::Status CheckEstimates(const storage::ReviewStore& store,
                            const std::string& review_id,
                            const review::ReviewState& state,
                            const EstimateDigests& estimates) {
  for (const review::AnalysisVersion* analysis : state.Analyses()) {
    const std::string& id = analysis->record.analysis().analysis_id();
    if (estimates.count(id) > 0) continue;
    return Damaged(analysis->record.sequence(),
                   absl::StrCat("the log has no estimate of ", id));
  }
  for (const auto& [analysis, digest] : estimates) {
    ASSIGN_OR_RETURN(const storage::StoredVersion stored,
                     store.EstimateAsOf(review_id, analysis, state.sequence()));
    if (audit::Sha256(stored.bytes) == digest) continue;
    return Damaged(stored.sequence,
                   absl::StrCat("the stored estimate of ", analysis,
                                " is not the current one of the log"));
  }
  return absl::OkStatus();
}

absl::Status ReplayAll(const storage::ReviewStore& store,
                       const std::string& review_id, int64_t size,
                       Replayed& replayed) {
  EstimateDigests estimates;
  review::RedactionCheck redactions;
  for (int64_t sequence = 1; sequence <= size; ++sequence) {
    const absl::Status status = ReplayEntry(store, review_id, sequence,
                                            replayed, redactions, estimates);
    if (!status.ok()) return InLog(absl::StrCat("sequence ", sequence), status);
  }
  RETURN_IF_ERROR(redactions.Finish());
  RETURN_IF_ERROR(CheckEstimates(store, review_id, replayed.state, estimates));
  ASSIGN_OR_RETURN(replayed.frontier,
                   audit::Frontier::Load(size, [&](int level, int64_t index) {
                     return store.Node(review_id, level, index);
                   }));
  ASSIGN_OR_RETURN(replayed.checkpoint, store.LatestCheckpoint(review_id));
  ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                   audit::ReadCheckpointUnverified(replayed.checkpoint.note));
  if (checkpoint.size == size && checkpoint.root == replayed.frontier.Root()) {
    return absl::OkStatus();
  }
  return Damaged(size, "the last entry has no checkpoint of its tree");
}

}  // namespace

absl::StatusOr<Replayed> Replay(const storage::ReviewStore& store,
                                const std::string& review_id) {
  Replayed replayed;
  ASSIGN_OR_RETURN(const int64_t size, store.LogSize(review_id));
  if (size == 0) return replayed;
  const absl::Status status = ReplayAll(store, review_id, size, replayed);
  if (status.ok()) return replayed;
  return InLog(absl::StrCat("review \"", review_id, "\""), status);
}

}  // namespace tidemark::server
