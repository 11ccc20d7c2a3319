// Who wrote each field of a trial.
#ifndef TIDEMARK_REVIEW_BLAME_H_
#define TIDEMARK_REVIEW_BLAME_H_

#include <vector>

#include "absl/types/span.h"
#include "tidemark/v1/explain_service.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// The fields of the last of `versions`, which are all up to it, oldest first:
// each with the version since which it has had its value without a break, the
// value before, and for numbers of results and contrasts where they stand and
// how they were made. Without `action`, which only the log has. O(versions ·
// fields).
std::vector<v1::BlamedField> Blame(absl::Span<const v1::TrialRecord> versions);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_BLAME_H_
