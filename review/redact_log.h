// What a log becomes when the words of some of its changes are erased.
#ifndef TIDEMARK_REVIEW_REDACT_LOG_H_
#define TIDEMARK_REVIEW_REDACT_LOG_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// An entry as it is stored.
struct StoredEntry {
  audit::Leaf leaf;
  v1::Change change;
};

// A log without those words.
struct RedactedLog {
  // What is to be logged: sequences, replacements and what still holds words.
  v1::RedactChanges redact;
  // At the same sequence, folded anew.
  ReviewState state;
  // Versions of trials that are other ones now, with sequence, oldest first.
  std::vector<v1::TrialRecord> trials;
};

// Folds the log of `state` again without the words of the entries that
// `request` names. Corrections that quote them lose theirs too: they are added.
// `read` gives an entry, whose change was checked before; its errors are passed
// on. INVALID_ARGUMENT with a BadRequest: CheckSequences refuses the request, a
// change cannot be redacted or holds no words. O(log), once.
absl::StatusOr<RedactedLog> RedactLog(
    const ReviewState& state, absl::string_view review_id,
    const v1::RedactChanges& request,
    absl::FunctionRef<absl::StatusOr<StoredEntry>(int64_t sequence)> read);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_REDACT_LOG_H_
