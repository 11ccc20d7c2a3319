#include "server/complete_redaction.h"

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "base/deterministic_bytes.h"
#include "base/status_macros.h"
#include "review/redact_log.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::server {

absl::StatusOr<Redaction> CompleteRedaction(const LogReader& reader,
                                            absl::string_view review_id,
                                            const review::ReviewState& state,
                                            v1::RedactChanges* redact) {
  const auto read =
      [&reader](int64_t sequence) -> absl::StatusOr<review::StoredEntry> {
    review::StoredEntry entry;
    ASSIGN_OR_RETURN(entry.leaf, reader.Leaf(sequence));
    ASSIGN_OR_RETURN(entry.change, reader.Change(sequence));
    return entry;
  };
  ASSIGN_OR_RETURN(review::RedactedLog log,
                   review::RedactLog(state, review_id, *redact, read));
  *redact = std::move(log.redact);
  Redaction redaction;
  redaction.state = std::move(log.state);
  for (int i = 0; i < redact->sequences_size(); ++i) {
    redaction.changes.push_back(
        {redact->sequences(i), redact->replacements(i)});
  }
  for (const v1::TrialRecord& record : log.trials) {
    redaction.trials.push_back({record.trial().trial_id(), record.sequence(),
                                DeterministicBytes(record)});
  }
  return redaction;
}

}  // namespace tidemark::server
