// What does not verify, as a status: in words, and for programs.
#ifndef TIDEMARK_REVIEW_FINDING_H_
#define TIDEMARK_REVIEW_FINDING_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::review {

// DATA_LOSS with the finding as payload. Its message names the sequence or else
// the checkpoint, what, expected and found.
absl::Status NotVerified(const v1::Finding& finding);

// The same for a finding that is not placed yet.
absl::Status NotVerified(absl::string_view what, absl::string_view expected,
                         absl::string_view actual);

// The finding of a status of NotVerified. Of any other, which must not be OK,
// one whose `actual` is the message.
v1::Finding FindingOf(const absl::Status& status);

// The status with "`where`: " before what it found, if it is not OK.
absl::Status Within(absl::string_view where, const absl::Status& status);

// The sequence or checkpoint, in words; empty if the finding names neither.
std::string PlaceOf(const v1::Finding& finding);

// Names what the entry with this leaf and change wrote, e.g.
// `trials/matas-2019`, `analyses/pain-6m` or `review`: as the change says, and
// as the leaf says if it does not commit to the change. Either may be damaged
// or empty.
void AddRecords(absl::string_view leaf, absl::string_view salt,
                absl::string_view change, v1::Finding& finding);

// Counts the estimate of `analysis` that entry `sequence` stored. Sequences
// must not descend.
void AddEstimate(absl::string_view analysis, int64_t sequence,
                 v1::Finding& finding);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_FINDING_H_
