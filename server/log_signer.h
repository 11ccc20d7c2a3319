// Signs the checkpoints of one log, and nothing that does not follow from what
// it signed before.
#ifndef TIDEMARK_SERVER_LOG_SIGNER_H_
#define TIDEMARK_SERVER_LOG_SIGNER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::server {

// It makes the tree itself, from the anchored checkpoint and the leaves of the
// entries that are about to be stored: whatever becomes of the tree that others
// keep, no second history of the log is ever signed. What it signed counts even
// if the commit then fails, so after that the log is loaded again, with a new
// signer. Thread-compatible.
class LogSigner {
 public:
  // Of the log of `review` that ends with `anchored`, whose tree `node` reads;
  // a size of 0: that has no entry. DATA_LOSS, naming the review: the
  // checkpoint is not signed by `signer` or has another origin, or the nodes
  // are not those of its root. Errors of `node`. O(log size) reads.
  static absl::StatusOr<std::unique_ptr<LogSigner>> Load(
      absl::string_view review, audit::Signer signer,
      const storage::AnchoredCheckpoint& anchored, audit::NodeReader node);

  // From now on the log is another epoch, under the origin of this signer: for
  // one that was restored from a backup.
  void BeginEpoch(audit::Signer signer);

  // The key that signs.
  const audit::Signer& signer() const { return *signer_; }

  // The checkpoint of the log with these entries behind all that it signed
  // before. With `next`, the last entry names the key that signs from then on:
  // this one checkpoint is signed with both.
  //
  // INTERNAL with the reason NOT_PROVEN, and nothing is signed: an entry is of
  // another review or does not follow, the nodes that it would store are not
  // those of its leaf, `root` is not that of the tree, or `next` is of another
  // origin. One leaf hash and two node hashes an entry, O(log size) a call.
  absl::StatusOr<storage::AnchoredCheckpoint> Sign(
      absl::Span<const storage::Entry* const> entries,
      const audit::Digest& root,
      const std::shared_ptr<const audit::Signer>& next);

 private:
  LogSigner(absl::string_view review, audit::Signer signer)
      : review_(review),
        signer_(std::make_shared<audit::Signer>(std::move(signer))) {}

  absl::Status Refused(absl::string_view why) const;
  absl::Status Append(const storage::Entry& entry, audit::Frontier& tree) const;

  const std::string review_;
  std::shared_ptr<const audit::Signer> signer_;
  // Of all that was signed.
  audit::Frontier tree_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LOG_SIGNER_H_
