// Rules of contrasts that come with the standard error of their baseline arm.
#ifndef TIDEMARK_REVIEW_VALIDATE_BASELINES_H_
#define TIDEMARK_REVIEW_VALIDATE_BASELINES_H_

#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Adds what breaks the rules that trial.proto states of `baseline_se`: each is
// finite, > 0 and < se; the contrasts of an outcome at a time point on one
// measure all have it, with the same second arm and the same value, or none
// has. `path` is the path of `trial` in the change. O(contrasts log contrasts).
void ValidateBaselines(absl::string_view path, const v1::Trial& trial,
                       Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_VALIDATE_BASELINES_H_
