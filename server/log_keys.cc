#include "server/log_keys.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/proof.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"

namespace tidemark::server {
namespace {

// The proof that an entry is the last one of the tree that ends with it.
absl::StatusOr<std::string> ProveLast(const storage::ReviewStore& store,
                                      absl::string_view review,
                                      int64_t sequence) {
  audit::TlogProof proof;
  ASSIGN_OR_RETURN(proof.leaf, store.Leaf(review, sequence));
  ASSIGN_OR_RETURN(proof.checkpoint, store.Checkpoint(review, sequence));
  ASSIGN_OR_RETURN(
      proof.hashes,
      audit::InclusionProof(sequence - 1, sequence, [&](int level, int64_t i) {
        return store.Node(review, level, i);
      }));
  proof.index = sequence - 1;
  return audit::FormatTlogProof(proof);
}

}  // namespace

absl::StatusOr<std::vector<audit::ClaimedKey>> ClaimKeys(
    const storage::ReviewStore& store, absl::string_view review,
    absl::string_view first_vkey, const std::vector<review::KeyNamed>& named) {
  std::vector<audit::ClaimedKey> keys = {{std::string(first_vkey), ""}};
  for (const review::KeyNamed& key : named) {
    ASSIGN_OR_RETURN(std::string proof, ProveLast(store, review, key.sequence));
    keys.push_back({key.vkey, std::move(proof)});
  }
  return keys;
}

}  // namespace tidemark::server
