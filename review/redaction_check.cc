#include "review/redaction_check.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::review {
namespace {

absl::Status NotRedacted(int64_t sequence, absl::string_view what,
                         absl::string_view expected, absl::string_view actual) {
  v1::Finding finding;
  finding.set_sequence(sequence);
  finding.set_what(std::string(what));
  finding.set_expected(std::string(expected));
  finding.set_actual(std::string(actual));
  return NotVerified(finding);
}

std::string ReplacementBy(int64_t by) {
  return absl::StrCat("the replacement that entry ", by, " holds");
}

}  // namespace

absl::Status RedactionCheck::Add(const audit::Leaf& leaf,
                                 absl::string_view salt,
                                 absl::string_view change_bytes,
                                 const v1::Change& change) {
  if (audit::IsRedactedSalt(salt)) {
    replaced_[leaf.sequence] = audit::Sha256(change_bytes);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const audit::Digest commitment,
                   audit::ChangeCommitment(salt, change_bytes));
  if (commitment != leaf.change_commitment) {
    return NotVerified("digest of the change",
                       audit::ToHex(leaf.change_commitment),
                       audit::ToHex(commitment));
  }
  return change.has_redact_changes()
             ? Confirm(leaf.sequence, change.redact_changes())
             : absl::OkStatus();
}

absl::Status RedactionCheck::Confirm(int64_t by,
                                     const v1::RedactChanges& redact) {
  for (int i = 0; i < redact.sequences_size(); ++i) {
    const int64_t sequence = redact.sequences(i);
    const auto replaced = replaced_.find(sequence);
    if (replaced == replaced_.end()) {
      return NotRedacted(sequence, "the redacted change", ReplacementBy(by),
                         "the change from before it");
    }
    // As many as sequences, or the rules refuse the redaction.
    const audit::Digest expected = i < redact.replacements_size()
                                       ? audit::Sha256(redact.replacements(i))
                                       : audit::Digest();
    if (replaced->second != expected) {
      return NotRedacted(
          sequence, "digest of the redacted change",
          absl::StrCat(audit::ToHex(expected), ", ", ReplacementBy(by)),
          audit::ToHex(replaced->second));
    }
    replaced_.erase(replaced);
  }
  return absl::OkStatus();
}

absl::Status RedactionCheck::Finish() const {
  if (replaced_.empty()) return absl::OkStatus();
  return NotRedacted(replaced_.begin()->first, "the redacted change",
                     "a later entry that redacts it", "none");
}

}  // namespace tidemark::review
