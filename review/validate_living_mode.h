// The rules of living mode that need no state.
#ifndef TIDEMARK_REVIEW_VALIDATE_LIVING_MODE_H_
#define TIDEMARK_REVIEW_VALIDATE_LIVING_MODE_H_

#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/living_mode.pb.h"

namespace tidemark::review {

// Adds the rules of living_mode.proto that the parameters break: what a status
// needs, days that there are, each step and source scheduled once.
void ValidateLivingMode(absl::string_view field, const v1::LivingMode& mode,
                        Violations& violations);

// Adds those that a run breaks. Counts must add up: known records are among
// those identified; screened records are those excluded, not retrieved,
// excluded in full text and included. A run of a step that is not scheduled is
// a run.
void ValidateRun(absl::string_view field, const v1::StepRun& run,
                 Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_VALIDATE_LIVING_MODE_H_
