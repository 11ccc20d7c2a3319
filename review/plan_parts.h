// What plans of several kinds of change have in common.
#ifndef TIDEMARK_REVIEW_PLAN_PARTS_H_
#define TIDEMARK_REVIEW_PLAN_PARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "review/planned_change.h"
#include "review/review_state.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// ABORTED, naming both, unless the record is at the version that is expected.
absl::Status CheckVersion(absl::string_view resource, int64_t expected,
                          int64_t current);

// `trials/a,trials/b`, cut to what a leaf has room for.
std::string JoinResources(absl::string_view collection,
                          const std::vector<std::string>& ids);

// Resource and versions of a change of these trials: of one alone its version
// before and after, which is the same if the plan writes none.
void NameTrials(const ReviewState& state,
                const std::vector<std::string>& trial_ids, PlannedChange& plan);

// 0: there is no such trial.
int64_t TrialVersionNumber(const ReviewState& state,
                           absl::string_view trial_id);

// The version of the trial after the current one, INCLUDED if it is the first:
// made of no draft.
v1::TrialRecord NextVersion(const ReviewState& state, const v1::Trial& trial);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PLAN_PARTS_H_
