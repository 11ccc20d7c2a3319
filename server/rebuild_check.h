// Replays the log of a review with the live engine and compares.
#ifndef TIDEMARK_SERVER_REBUILD_CHECK_H_
#define TIDEMARK_SERVER_REBUILD_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "review/log_verifier.h"
#include "storage/review_store.h"

namespace tidemark::server {

// What a replay found.
struct RebuildCheck {
  int64_t entries = 0;
  // Whose words were erased.
  int64_t redacted = 0;
  // Estimates that were made again and compared.
  int64_t estimates = 0;
  // Between what is stored and what the live engine makes of the log.
  review::Deviation stored;
  // Between what the live engine and a full fit make of it.
  review::Deviation in_full;
  // OK if all of them are the same to kSameEstimate. DATA_LOSS, naming sequence
  // and analysis: one is not, or the log does not verify (log_verifier.h). The
  // rest then tells of what came before. Other errors are those of the store.
  absl::Status status;
};

// Replays all entries of the review in order, each analysis with one
// review::LiveAnalysis, as the server that wrote them does. Neither anchor nor
// signatures are looked at. O(log · cost of a full fit).
RebuildCheck CheckRebuild(const storage::ReviewStore& store,
                          const std::string& review);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REBUILD_CHECK_H_
