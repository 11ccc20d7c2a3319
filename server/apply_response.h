// The answer to a write, from what is stored: the same for the first request
// and for its repeats.
#ifndef TIDEMARK_SERVER_APPLY_RESPONSE_H_
#define TIDEMARK_SERVER_APPLY_RESPONSE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "review/review_state.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

// Proof that entry `sequence` is in the log, against a checkpoint that covers
// it. O(log² n) reads.
absl::StatusOr<v1::Receipt> MakeReceipt(
    const storage::ReviewStore& store,
    const storage::SignedCheckpoint& checkpoint, int64_t sequence);

// Sequence, receipt, versions and estimates of a committed entry of the review
// that `state` and `checkpoint` are of; neither is older than the entry.
absl::StatusOr<v1::ApplyResponse> MakeApplyResponse(
    const storage::ReviewStore& store,
    const storage::SignedCheckpoint& checkpoint,
    const review::ReviewState& state, int64_t sequence);

// The same for an entry that is not stored: no receipt.
v1::ApplyResponse MakeDryRunResponse(const review::ReviewState& state,
                                     std::vector<v1::Estimate> estimates);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_APPLY_RESPONSE_H_
