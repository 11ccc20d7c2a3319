// The keys that a stored log was signed with, with their proofs.
#ifndef TIDEMARK_SERVER_LOG_KEYS_H_
#define TIDEMARK_SERVER_LOG_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/key_history.h"
#include "review/review_state.h"
#include "storage/review_store.h"

namespace tidemark::server {

// What audit::KeyHistory::Verify checks: the key that the log began with, then
// each key of `named`, the entries that name one, with the proof of its entry.
// Errors of the store; NOT_FOUND: it has not the checkpoint that ends with such
// an entry.
absl::StatusOr<std::vector<audit::ClaimedKey>> ClaimKeys(
    const storage::ReviewStore& store, absl::string_view review,
    absl::string_view first_vkey, const std::vector<review::KeyNamed>& named);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LOG_KEYS_H_
