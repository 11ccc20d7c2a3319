// Whether the changes of a log are what it commits to, or were redacted.
#ifndef TIDEMARK_REVIEW_REDACTION_CHECK_H_
#define TIDEMARK_REVIEW_REDACTION_CHECK_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

// A change that was redacted is not the one that its leaf commits to, nor can
// it be: its salt is gone too (audit::IsRedactedSalt). What stands in its place
// must be what a later redaction, to which the leaf of that one commits, put
// there. Feed it every entry of a log in order. Thread-compatible.
class RedactionCheck {
 public:
  // Checks what is stored of the entry. DATA_LOSS with a finding (finding.h):
  // it is not what the leaf commits to; or, of a redaction, one of its entries
  // holds other bytes than its replacement. The finding then names that entry.
  absl::Status Add(const audit::Leaf& leaf, absl::string_view salt,
                   absl::string_view change_bytes, const v1::Change& change);

  // DATA_LOSS with a finding: an entry is redacted, and no entry says so.
  absl::Status Finish() const;

 private:
  absl::Status Confirm(int64_t by, const v1::RedactChanges& redact);

  // By sequence, SHA-256 of what stands in the place of a change, until its
  // redaction is found.
  std::map<int64_t, audit::Digest> replaced_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_REDACTION_CHECK_H_
