// Inclusion and consistency proofs of RFC 6962 §2.1.1 and §2.1.2, verified by
// the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2.
//
// Generation reads O(log^2 n) perfect nodes and passes the reader's errors on.
// A verifier answers OK, InvalidArgument (the question or the proof is
// malformed: found before anything is hashed) or DataLoss (well formed, but it
// does not lead to the root). All functions are thread-safe.
#ifndef TIDEMARK_AUDIT_PROOF_H_
#define TIDEMARK_AUDIT_PROOF_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "audit/merkle.h"
#include "audit/sha256.h"

namespace tidemark::audit {

// The root of the first `size` leaves. Requires size >= 0.
absl::StatusOr<Digest> RootAt(int64_t size, NodeReader node);

// That leaf `index` is in the tree of `size` leaves: the siblings on its path,
// the leaf's own first. Requires 0 <= index < size.
absl::StatusOr<std::vector<Digest>> InclusionProof(int64_t index, int64_t size,
                                                   NodeReader node);

// That the tree of `first_size` leaves is a prefix of the tree of
// `second_size`. Empty for equal sizes. Requires 0 < first_size <= second_size.
absl::StatusOr<std::vector<Digest>> ConsistencyProof(int64_t first_size,
                                                     int64_t second_size,
                                                     NodeReader node);

absl::Status VerifyInclusion(const Digest& leaf_hash, int64_t index,
                             int64_t size, absl::Span<const Digest> proof,
                             const Digest& root);

// The root of all leaves before the last one, from the inclusion proof of the
// last one, which must have been verified: its siblings are the frontier before
// it. So this proof also shows that the tree extends the one of a leaf less.
Digest RootBeforeLast(absl::Span<const Digest> proof);

// Refuses first_size == 0: every tree extends the empty one, so a proof of it
// means nothing. Equal sizes need equal roots and an empty proof.
absl::Status VerifyConsistency(int64_t first_size, const Digest& first_root,
                               int64_t second_size, const Digest& second_root,
                               absl::Span<const Digest> proof);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_PROOF_H_
