// Rules of a trial record under a protocol.
#ifndef TIDEMARK_REVIEW_VALIDATE_TRIAL_H_
#define TIDEMARK_REVIEW_VALIDATE_TRIAL_H_

#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Adds what breaks the rules that trial.proto states. `path` is the path of
// `trial` in the change. O(size of the trial · size of the protocol's lists).
void ValidateTrial(absl::string_view path, const v1::Trial& trial,
                   const v1::Review& review, Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_VALIDATE_TRIAL_H_
