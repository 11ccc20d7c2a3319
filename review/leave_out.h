// A review without what one of its entries wrote.
#ifndef TIDEMARK_REVIEW_LEAVE_OUT_H_
#define TIDEMARK_REVIEW_LEAVE_OUT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "review/hypothesis.h"
#include "review/review_state.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// What an entry wrote, as it was before it.
struct Replaced {
  struct Trial {
    std::string id;
    // None: the entry brought it.
    std::optional<v1::TrialRecord> record;
  };
  std::vector<Trial> trials;
  // Whether it wrote the analysis that is asked about.
  bool wrote_analysis = false;
  // None: the entry brought it.
  std::optional<v1::Analysis> analysis;
  bool wrote_protocol = false;
};

// `end` with the trials of `replaced` as they were, or without them, and
// `analysis` as it was, whatever came later.
//
// FAILED_PRECONDITION, in words for LeaveOut.not_applicable: the entry wrote
// the protocol or brought the analysis, on which all that came later rests; or
// what was there before it is not valid under the protocol of the end.
absl::StatusOr<Hypothesis> LeaveOutEntry(const ReviewState& end,
                                         const AnalysisVersion& analysis,
                                         const Replaced& replaced);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LEAVE_OUT_H_
