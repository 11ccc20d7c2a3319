// What one trial gives to an analysis, after status and filters.
#ifndef TIDEMARK_REVIEW_TRIAL_INPUT_H_
#define TIDEMARK_REVIEW_TRIAL_INPUT_H_

#include <optional>

#include "review/selection.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Points into both.
AnalysisFrame FrameOf(const v1::Review& review, const v1::Analysis& analysis);

// None if the trial has no data for the analysis (HasData of select_results.h):
// then it is not among its inputs. Left out by status, by a filter of the
// analysis, or as SelectResults says. O(results² of the trial).
std::optional<SelectedStudy> InputOf(const v1::TrialRecord& record,
                                     const AnalysisFrame& frame);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_TRIAL_INPUT_H_
