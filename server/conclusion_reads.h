// What estimates of a review said, and what changed between them.
#ifndef TIDEMARK_SERVER_CONCLUSION_READS_H_
#define TIDEMARK_SERVER_CONCLUSION_READS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "review/conclusion_events.h"
#include "review/events_between.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {

using review::Declare;

// The estimate of an analysis that was current after entry `as_of`, declared,
// with relative effects. NOT_FOUND: there was none. DATA_LOSS: what is stored
// cannot be read. O(T²).
absl::StatusOr<review::DeclaredEstimate> ReadDeclared(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t as_of);

// The same; absent: there was none.
absl::StatusOr<std::optional<review::DeclaredEstimate>> FindDeclared(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t as_of);

// What the estimate said by the thresholds of its time.
v1::Conclusions ConcludeDeclared(const review::DeclaredEstimate& declared);

// review::EventsBetween of what is stored. `state` is of `to` or later.
absl::StatusOr<std::vector<v1::ConclusionEvent>> EventsBetween(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t from, int64_t to);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_CONCLUSION_READS_H_
