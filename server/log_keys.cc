#include "server/log_keys.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/key_history.h"
#include "audit/proof.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"
#include "review/review_state.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// That the tree which ends with entry `sequence` holds it.
absl::StatusOr<std::string> ProveLast(const storage::ReviewStore& store,
                                      const std::string& review_id,
                                      int64_t sequence) {
  audit::TlogProof proof;
  proof.index = sequence - 1;
  ASSIGN_OR_RETURN(proof.leaf, store.Leaf(review_id, sequence));
  ASSIGN_OR_RETURN(proof.hashes,
                   audit::InclusionProof(
                       proof.index, sequence, [&](int level, int64_t index) {
                         return store.Node(review_id, level, index);
                       }));
  ASSIGN_OR_RETURN(proof.checkpoint, store.Checkpoint(review_id, sequence));
  return audit::FormatTlogProof(proof);
}

}  // namespace

absl::StatusOr<std::vector<audit::ClaimedKey>> ClaimedKeys(
    const storage::ReviewStore& store, const std::string& review_id,
    const review::ReviewState& state, absl::string_view vkey) {
  const std::vector<review::KeyNamed>& named = state.keys();
  std::vector<audit::ClaimedKey> keys;
  keys.push_back({named.empty() ? std::string(vkey) : named.front().old_vkey,
                  /*proof=*/""});
  for (const review::KeyNamed& key : named) {
    ASSIGN_OR_RETURN(std::string proof,
                     ProveLast(store, review_id, key.sequence));
    keys.push_back({key.vkey, std::move(proof)});
  }
  return keys;
}

}  // namespace tidemark::server
