// Makes the state of a review again from what is stored, believing none of it.
#ifndef TIDEMARK_SERVER_REPLAY_H_
#define TIDEMARK_SERVER_REPLAY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "audit/merkle.h"
#include "review/analysis_inputs.h"
#include "review/review_state.h"
#include "storage/review_store.h"

namespace tidemark::server {

// A review after its last stored entry.
struct Replayed {
  review::ReviewState state;
  // Of the current estimates.
  review::InputsDigests inputs;
  audit::Frontier frontier;
  // The checkpoint of the last entry. Size 0 if there is none.
  storage::SignedCheckpoint checkpoint;
  // Of the last entry.
  int64_t epoch = 0;
  int64_t time_unix_nanos = 0;
};

// Folds all changes of the log. DATA_LOSS, naming the sequence: a change is not
// the one that its leaf commits to, nor the one that a later entry put in its
// place (review/redaction_check.h), or breaks the rules, its epoch is not that
// of the entry before though the log was not restored there, something that an
// entry wrote is missing, a current estimate is not the one that its leaf
// names, or the last checkpoint is not of this tree. O(log) reads; estimates
// are not computed.
absl::StatusOr<Replayed> Replay(const storage::ReviewStore& store,
                                const std::string& review_id);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REPLAY_H_
