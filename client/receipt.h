// The check of a write's receipt.
#ifndef TIDEMARK_CLIENT_RECEIPT_H_
#define TIDEMARK_CLIENT_RECEIPT_H_

#include "absl/status/statusor.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::client {

// What the answer to a write proves to those who trust `key`: that an entry
// with this request's id, reason, action and resource is in the log, at the
// sequence and with the moved estimates that the answer names. What the entry
// commits to of the change itself is salted: `tidemark verify` checks that.
//
// Needs no server: one signature and O(log n) hashes. DATA_LOSS, saying which
// part, if the receipt is missing or proves anything else; UNAUTHENTICATED if
// its checkpoint is not signed by `key`.
absl::StatusOr<audit::ProvenLeaf> VerifyReceipt(
    const v1::ApplyRequest& request, const v1::ApplyResponse& response,
    const audit::Verifier& key);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_RECEIPT_H_
