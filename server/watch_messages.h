// What watches send of a review, read from the store.
#ifndef TIDEMARK_SERVER_WATCH_MESSAGES_H_
#define TIDEMARK_SERVER_WATCH_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "server/watch_filter.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::server {

// Entry `sequence` as far as the filter lets it pass, without the estimates of
// `left_out`; none if the filter holds it back. `state` is not older than the
// entry. Three estimates are read for each analysis that it moved. DATA_LOSS:
// what is stored is damaged.
absl::StatusOr<std::optional<v1::WatchEntry>> ReadWatchEntry(
    const LogReader& reader, const review::ReviewState& state,
    const WatchFilter& filter, int64_t sequence,
    const std::set<std::string>& left_out);

// Analyses that entry `sequence` moved, the filter lets pass, and a later entry
// up to `head` has moved again, which passes too unless the filter asks for
// events. One seek for each that it moved.
absl::StatusOr<std::set<std::string>> MovedAgain(const LogReader& reader,
                                                 const WatchFilter& filter,
                                                 int64_t sequence,
                                                 int64_t head);

// The analyses of the snapshot of entry `sequence`, by id; they are the same
// whenever they are asked for.
std::vector<const review::AnalysisVersion*> SnapshotAnalyses(
    const review::ReviewState& state, const WatchFilter& filter,
    int64_t sequence);

// One of them, with its estimate as of that entry.
absl::StatusOr<v1::SnapshotItem> ReadSnapshotItem(
    const LogReader& reader, const review::ReviewState& state,
    const review::AnalysisVersion& analysis, int64_t sequence);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_MESSAGES_H_
