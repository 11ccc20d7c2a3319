// The answer to a write: the same for the first request, from its draft, and
// for its repeats, from what is stored.
#ifndef TIDEMARK_SERVER_APPLY_RESPONSE_H_
#define TIDEMARK_SERVER_APPLY_RESPONSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "review/review_state.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

// Proof that entry `sequence` is in the log, against a checkpoint that covers
// it, with its leaf. O(log² n) reads.
absl::StatusOr<v1::Receipt> MakeReceipt(
    const storage::ReviewStore& store,
    const storage::SignedCheckpoint& checkpoint, int64_t sequence);

// The same for the leaf that was appended to `before` and ends the tree,
// without the checkpoint.
v1::Receipt MakeReceipt(absl::string_view leaf, const audit::Digest& leaf_hash,
                        const audit::Frontier& before);

// Sequence, receipt, versions and moved estimates of a committed entry of the
// review that `state` and `checkpoint` are of; neither is older than the entry.
absl::StatusOr<v1::ApplyResponse> MakeApplyResponse(
    const storage::ReviewStore& store,
    const storage::SignedCheckpoint& checkpoint,
    const review::ReviewState& state, int64_t sequence);

// The same for the last entry of `state`, stored or not, with this leaf, which
// writes these trials (ascending).
v1::ApplyResponse MakeDraftResponse(const review::ReviewState& state,
                                    const std::vector<std::string>& trials,
                                    const audit::Leaf& leaf,
                                    v1::Receipt receipt);

// Adds what the change erases, if it is a redaction.
void WriteRedaction(const v1::Change& change, v1::ApplyResponse& response);

// An estimate as it is, absent if there is none, and as a change would make it.
struct TriedEstimate {
  std::optional<v1::Estimate> before;
  v1::Estimate after;
};

// What a dry run answers instead: the estimates themselves, by analysis, with
// what is derived from them, what they would say and what would change, and no
// receipt. `before` is the state that `state` would follow.
absl::StatusOr<v1::ApplyResponse> MakeDryResponse(
    const review::ReviewState& before, const review::ReviewState& state,
    const std::vector<std::string>& trials, std::vector<TriedEstimate> tried);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_APPLY_RESPONSE_H_
