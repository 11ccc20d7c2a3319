// Who cites estimates that rested on a trial.
#ifndef TIDEMARK_SERVER_AFFECTED_RELEASES_H_
#define TIDEMARK_SERVER_AFFECTED_RELEASES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

// The releases of `state` whose estimates used one of `trials` (ascending), by
// sequence. What was left out was not used. Reads an estimate for each release
// and analysis.
absl::StatusOr<std::vector<v1::AffectedRelease>> AffectedReleases(
    const LogReader& reader, const review::ReviewState& state,
    const std::vector<std::string>& trials);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_AFFECTED_RELEASES_H_
