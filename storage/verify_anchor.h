// Whether the store still holds what the anchor says was acknowledged.
#ifndef TIDEMARK_STORAGE_VERIFY_ANCHOR_H_
#define TIDEMARK_STORAGE_VERIFY_ANCHOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::storage {

// How many of the last leaves are hashed again.
inline constexpr int kVerifiedLeaves = 64;

// The end of one review's log against its anchor.
struct AnchorCheck {
  std::string review;
  // 0 if the review is not anchored: its first entry was stored, not answered.
  int64_t anchor_size = 0;
  int64_t store_size = 0;
  // Of all that is stored.
  audit::Digest store_root = {};
  // Unless OK, do not serve this review. DataLoss: the divergence.
  absl::Status status;
};

// Checks that the log reaches the anchored size with the anchored root, that
// what follows extends it, and that its last kVerifiedLeaves leaves hash to the
// stored tree. A store that is ahead of its anchor is fine: the machine stopped
// between the two. O((kVerifiedLeaves + log n) log n) reads.
AnchorCheck VerifyReviewAnchor(const ReviewStore& store, const Anchor& anchor,
                               absl::string_view review);

// The same for every review that the store or the anchor knows, ascending.
absl::StatusOr<std::vector<AnchorCheck>> VerifyAnchor(const ReviewStore& store,
                                                      const Anchor& anchor);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_VERIFY_ANCHOR_H_
