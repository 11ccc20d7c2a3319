// Holds the leaves of a log against the checkpoints that were signed of it.
#ifndef TIDEMARK_CLIENT_CLI_TREE_CHECK_H_
#define TIDEMARK_CLIENT_CLI_TREE_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/merkle.h"
#include "audit/sha256.h"

namespace tidemark::cli {

// A checkpoint that the log must reach, with its root.
struct SignedHead {
  // Of static duration, e.g. "the anchor".
  absl::string_view what;
  int64_t size = 0;
  audit::Digest root = {};
  // Whether the log kept it. What the auditor brings may be of a history that
  // the log's own checkpoints have been made to forget.
  bool of_log = true;
  // Why it is none: not OK if it is not signed by the log's key, or malformed.
  absl::Status status;
};

// The checkpoint of a note that somebody keeps for that of `size`, signed by
// the key of that size.
SignedHead OpenHead(absl::string_view what, int64_t size,
                    absl::string_view note, const audit::KeyHistory& keys);

// The checkpoint that the auditor brings, of whatever size it says.
SignedHead OpenHeldHead(absl::string_view note, const audit::KeyHistory& keys);

// A checkpoint of `size` that must be there and is not.
SignedHead MissingHead(absl::string_view what, int64_t size,
                       const absl::Status& why);

// An inclusion proof as it is given, to be checked.
struct LeafProof {
  audit::Digest leaf_hash = {};
  std::vector<audit::Digest> proof;
};

// Proves entry `sequence` in the tree of `size` entries.
using LeafProver =
    std::function<absl::StatusOr<LeafProof>(int64_t sequence, int64_t size)>;

// Feed it every leaf in order. Its errors are of review::NotVerified.
// Thread-compatible.
class TreeCheck {
 public:
  TreeCheck(std::vector<SignedHead> heads, LeafProver prove);

  // Appends the next leaf and compares the root with every checkpoint of this
  // size. On a mismatch asks for proofs of the leaves since the last checkpoint
  // that matched, to name the one that is not what was signed. Returns the
  // nodes that the leaf completes. Amortised O(1), and O(log n) a checkpoint.
  absl::StatusOr<std::vector<audit::Node>> Append(absl::string_view leaf);

  // After the last leaf: finds the first checkpoint that the log does not
  // reach.
  absl::Status Finish();

  // OK unless it can be proven that the next good checkpoint commits to another
  // leaf than this one of entry `sequence`. For an entry that is found bad
  // before its checkpoint is reached.
  absl::Status CheckLeaf(int64_t sequence, absl::string_view leaf) const;

  // The hash of the leaf that the next good checkpoint commits to. Absent if it
  // cannot be proven.
  std::optional<audit::Digest> ProvenLeaf(int64_t sequence) const;

  int64_t size() const { return frontier_.size(); }
  // Number of checkpoints.
  int64_t heads() const { return static_cast<int64_t>(heads_.size()); }

 private:
  absl::Status CheckHead(const SignedHead& head);
  const SignedHead* NextHead(int64_t sequence) const;
  std::optional<audit::Digest> Proven(const SignedHead& head,
                                      int64_t sequence) const;
  absl::Status CheckAgainst(const SignedHead& head, int64_t sequence,
                            const audit::Digest& hash) const;

  // Ascending by size.
  std::vector<SignedHead> heads_;
  const LeafProver prove_;
  size_t reached_ = 0;
  audit::Frontier frontier_;
  // Hashes of the leaves since the last checkpoint that matched.
  std::vector<audit::Digest> unsigned_leaves_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_TREE_CHECK_H_
