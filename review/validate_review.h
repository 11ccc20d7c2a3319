// Rules of a protocol.
#ifndef TIDEMARK_REVIEW_VALIDATE_REVIEW_H_
#define TIDEMARK_REVIEW_VALIDATE_REVIEW_H_

#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// The server's own log (system_events.h). No review can have its id.
inline constexpr char kSystemLog[] = "system";

// 1-63 characters of `a-z 0-9 -`, and not kSystemLog.
bool IsReviewId(absl::string_view id);

// Adds what breaks the rules that review.proto states. `path` is the path of
// `review` in the change. O(size of the protocol).
void ValidateReview(absl::string_view path, const v1::Review& review,
                    Violations& violations);

// The same of one node map under a protocol, of which it need not be a part.
void ValidateNodeMap(absl::string_view path, const v1::NodeMap& map,
                     const v1::Review& review, Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_VALIDATE_REVIEW_H_
