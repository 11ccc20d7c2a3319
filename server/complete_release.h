// What the server says of a release that is being made.
#ifndef TIDEMARK_SERVER_COMPLETE_RELEASE_H_
#define TIDEMARK_SERVER_COMPLETE_RELEASE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::server {

// Writes into `release` what change.proto leaves to the server, and returns the
// events that it is held against: all between the release before and this one,
// by analysis. `state` is of `committed`, the last entry that is stored, or
// later: entries beyond have no estimates yet, so no release can be a tag of
// them. Errors: those of CheckRelease, HoldAgainstEvents and EventsBetween.
// Two estimates of each analysis are read, and held against each other.
absl::StatusOr<std::vector<v1::ConclusionEvent>> CompleteRelease(
    const LogReader& reader, const review::ReviewState& state,
    int64_t committed, v1::MakeRelease* release);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_COMPLETE_RELEASE_H_
