// Proof that an entry is in a log, as a file: C2SP tlog-proof@v1.
//
//   c2sp.org/tlog-proof@v1\n
//   extra <base64 of the leaf>\n
//   index <leaf index, decimal>\n
//   <base64 of a hash>\n        the inclusion proof, leaf's sibling first
//   \n
//   <checkpoint, a signed note>
//
// The specification leaves it to the application what `extra` holds, and makes
// the line optional; ours always holds the leaf. So the file needs nothing but
// the log's key: leaf, leaf hash, inclusion, signed checkpoint. All functions
// are thread-safe.
#ifndef TIDEMARK_AUDIT_TLOG_PROOF_H_
#define TIDEMARK_AUDIT_TLOG_PROOF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/note.h"
#include "audit/sha256.h"

namespace tidemark::audit {

// No path in a tree of fewer than 2^63 leaves is longer.
inline constexpr int kMaxProofHashes = 63;

struct TlogProof {
  // The leaf's bytes (audit/leaf.h), at most kMaxLeafBytes.
  std::string leaf;
  // Of the leaf in the tree, >= 0.
  int64_t index = 0;
  // Inclusion proof, the leaf's sibling first; at most kMaxProofHashes.
  std::vector<Digest> hashes;
  // Signed note, at most kMaxNoteBytes.
  std::string checkpoint;
};

// InvalidArgument, saying which, if a limit above is exceeded.
absl::StatusOr<std::string> FormatTlogProof(const TlogProof& proof);

// The inverse. Strict: exactly what FormatTlogProof writes, so canonical base64
// and no leading zeros. InvalidArgument, naming the line, for anything else.
// Says nothing of whether the proof holds.
absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view text);

struct ProvenLeaf {
  Leaf leaf;
  // A tree that the leaf is in.
  Checkpoint checkpoint;
};

// What `proof` proves to those who trust `key`, whose name is the log's origin.
// InvalidArgument: a part is malformed, or the leaf's sequence is not its index
// plus one. Unauthenticated: the checkpoint is not signed by `key`. DataLoss:
// its signature is bad, or the leaf is not in its tree.
absl::StatusOr<ProvenLeaf> VerifyTlogProof(const TlogProof& proof,
                                           const Verifier& key);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_TLOG_PROOF_H_
