// Chooses which results of one trial enter an analysis, and on which nodes.
#ifndef TIDEMARK_REVIEW_SELECT_RESULTS_H_
#define TIDEMARK_REVIEW_SELECT_RESULTS_H_

#include "review/selection.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Whether the trial has a result or contrast for the analysis' outcome at its
// time point.
bool HasData(const v1::Trial& trial, const v1::Analysis& analysis);

// The study that `trial` gives. Rules, in this order:
//
// 1. Results of arms are used before contrasts. HR and GENERIC take contrasts
//    only.
// 2. Of several instruments the first in the outcome's order is used.
// 3. A result with a number missing is left out.
// 4. Of overlapping results the arms apart are used and the set is not.
// 5. A set whose arms fall on different nodes is left out, as is an arm whose
//    treatment no rule of the node map claims.
// 6. Continuous numbers are rescaled to the outcome's scale. Final values and
//    changes in one study leave it out, as do changes under SMD or ROM, and
//    under ROM an instrument whose zero is not the outcome's.
// 7. Arms on the same node are pooled.
// 8. A study left with fewer than two nodes is left out.
// 9. Contrasts are used if they are on the measure of the analysis, as they
//    are. Those of an arm that is on no node are left out; where the baseline's
//    standard error is known the other arms stay. Two arms on one node leave
//    the study out.
//
// Requires that the trial and the analysis are valid under the protocol.
// O(results² of the trial).
SelectedStudy SelectResults(const v1::Trial& trial, const AnalysisFrame& frame);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SELECT_RESULTS_H_
