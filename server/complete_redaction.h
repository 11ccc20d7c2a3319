// What the server says of a redaction that is being made.
#ifndef TIDEMARK_SERVER_COMPLETE_REDACTION_H_
#define TIDEMARK_SERVER_COMPLETE_REDACTION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "storage/review_store.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {

// What is there instead, once the words are erased.
struct Redaction {
  // As of the entry before the redaction, folded anew.
  review::ReviewState state;
  std::vector<storage::Entry::RedactedChange> changes;
  std::vector<storage::Entry::RedactedTrial> trials;
};

// Writes into `redact` what change.proto leaves to the server. All entries of
// `state` must be stored. Errors: those of review::RedactLog, and of reading.
// O(log).
absl::StatusOr<Redaction> CompleteRedaction(const LogReader& reader,
                                            absl::string_view review_id,
                                            const review::ReviewState& state,
                                            v1::RedactChanges* redact);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_COMPLETE_REDACTION_H_
