// Which status a trial may move to.
#ifndef TIDEMARK_REVIEW_STATUS_TRANSITION_H_
#define TIDEMARK_REVIEW_STATUS_TRANSITION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Adds a violation unless a request may ask for `status` with this notice.
void ValidateStatus(v1::TrialStatus::Code status, absl::string_view notice,
                    Violations& violations);

// FAILED_PRECONDITION, saying what may be done, unless a trial may move so.
absl::Status CheckTransition(absl::string_view trial_id,
                             v1::TrialStatus::Code from,
                             v1::TrialStatus::Code to);

// `trials.retract` and the like, for the log.
std::string StatusAction(v1::TrialStatus::Code status);

// Whether analyses may use a trial with this status.
bool IsUsable(v1::TrialStatus::Code status);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_STATUS_TRANSITION_H_
