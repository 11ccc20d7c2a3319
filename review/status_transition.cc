#include "review/status_transition.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using Code = v1::TrialStatus::Code;

std::vector<Code> ReachableFrom(Code from) {
  switch (from) {
    case v1::TrialStatus::INCLUDED:
    case v1::TrialStatus::REINSTATED:
      return {v1::TrialStatus::EXCLUDED, v1::TrialStatus::CONCERN,
              v1::TrialStatus::RETRACTED};
    case v1::TrialStatus::CONCERN:
      return {v1::TrialStatus::EXCLUDED, v1::TrialStatus::RETRACTED,
              v1::TrialStatus::REINSTATED};
    case v1::TrialStatus::EXCLUDED:
      return {v1::TrialStatus::RETRACTED, v1::TrialStatus::REINSTATED};
    case v1::TrialStatus::RETRACTED:
      return {v1::TrialStatus::REINSTATED};
    default:
      return {};
  }
}

}  // namespace

void ValidateStatus(Code status, absl::string_view notice,
                    Violations& violations) {
  if (status == v1::TrialStatus::UNSPECIFIED ||
      status == v1::TrialStatus::INCLUDED ||
      !v1::TrialStatus::Code_IsValid(status)) {
    violations.Add("set_trial_status.status",
                   "must be EXCLUDED, CONCERN, RETRACTED or REINSTATED");
  }
  if (notice.empty() && (status == v1::TrialStatus::RETRACTED ||
                         status == v1::TrialStatus::CONCERN)) {
    violations.Add("set_trial_status.notice",
                   absl::StrCat(v1::TrialStatus::Code_Name(status),
                                " needs the DOI or URL of its notice"));
  }
}

absl::Status CheckTransition(absl::string_view trial_id, Code from, Code to) {
  const std::vector<Code> reachable = ReachableFrom(from);
  if (std::find(reachable.begin(), reachable.end(), to) != reachable.end()) {
    return absl::OkStatus();
  }
  const std::string options =
      absl::StrJoin(reachable, ", ", [](std::string* out, Code code) {
        absl::StrAppend(out, v1::TrialStatus::Code_Name(code));
      });
  return Error(
      absl::StatusCode::kFailedPrecondition, "STATUS_TRANSITION",
      absl::StrCat("trial \"", trial_id, "\" is ",
                   v1::TrialStatus::Code_Name(from), " and cannot become ",
                   v1::TrialStatus::Code_Name(to), "; it can become ", options),
      {{"trial", std::string(trial_id)},
       {"status", v1::TrialStatus::Code_Name(from)}});
}

std::string StatusAction(Code status) {
  switch (status) {
    case v1::TrialStatus::EXCLUDED:
      return "trials.exclude";
    case v1::TrialStatus::CONCERN:
      return "trials.concern";
    case v1::TrialStatus::RETRACTED:
      return "trials.retract";
    default:
      return "trials.reinstate";
  }
}

bool IsUsable(Code status) {
  return status == v1::TrialStatus::INCLUDED ||
         status == v1::TrialStatus::CONCERN ||
         status == v1::TrialStatus::REINSTATED;
}

}  // namespace tidemark::review
