// Chooses which results of one trial enter an analysis, and on which nodes.
#ifndef TIDEMARK_REVIEW_SELECT_RESULTS_H_
#define TIDEMARK_REVIEW_SELECT_RESULTS_H_

#include <optional>
#include <string>
#include <vector>

#include "nma/study.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// The outcome and the node map of an analysis, looked up once.
struct AnalysisFrame {
  const v1::Analysis* analysis = nullptr;
  const v1::Outcome* outcome = nullptr;
  const v1::NodeMap* node_map = nullptr;
};

// What a trial gives to an analysis.
struct SelectedStudy {
  // Absent: left out.
  std::optional<nma::Study> study;
  // Why it is left out. Empty if `study` is there.
  std::string reason;
  // What was done to its numbers, and arms that were left out.
  std::vector<std::string> notes;
};

// Whether the trial has a result or contrast for the analysis' outcome at its
// time point.
bool HasData(const v1::Trial& trial, const v1::Analysis& analysis);

// The study that `trial` gives. Rules, in this order:
//
// 1. Results of arms are used before contrasts.
// 2. Of several instruments the first in the outcome's order is used.
// 3. A result with a number missing is left out.
// 4. Of overlapping results the arms apart are used and the set is not.
// 5. A set whose arms fall on different nodes is left out, as is an arm whose
//    treatment no rule of the node map claims.
// 6. Continuous numbers are rescaled to the outcome's scale. Final values and
//    changes in one study leave it out, as do changes under SMD.
// 7. Arms on the same node are pooled.
// 8. A study left with fewer than two nodes is left out.
//
// Requires that the trial and the analysis are valid under the protocol.
// O(results² of the trial).
SelectedStudy SelectResults(const v1::Trial& trial, const AnalysisFrame& frame);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SELECT_RESULTS_H_
