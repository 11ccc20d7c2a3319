// The keys of a log as it claims them, each with its proof.
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

// What audit::KeyHistory::Verify takes: every key of the log after the last
// entry of `state`, oldest first. `vkey` is the one that signs it now; only a
// log that never named a key needs to be told. NOT_FOUND: an entry that names a
// key has no checkpoint that ends with it. O(log n) reads a key.
absl::StatusOr<std::vector<audit::ClaimedKey>> ClaimedKeys(
    const storage::ReviewStore& store, const std::string& review_id,
    const review::ReviewState& state, absl::string_view vkey);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LOG_KEYS_H_
