// A review without what one of its entries wrote.
#ifndef TIDEMARK_REVIEW_LEAVE_OUT_H_
#define TIDEMARK_REVIEW_LEAVE_OUT_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "review/hypothesis.h"
#include "review/review_state.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// What an entry wrote.
struct Written {
  template <typename Record>
  struct Version {
    // None: the entry brought it.
    std::optional<Record> before;
    Record after;
  };
  std::vector<Version<v1::TrialRecord>> trials;
  // The analysis that is asked about. None: it did not write that.
  std::optional<Version<v1::Analysis>> analysis;
  bool protocol = false;
};

// `end` and `analysis` without what the entry changed in trials and in the
// analysis, all that came later kept (review/undo.h); without the trials that
// it brought. Status and notice of a trial are one value.
//
// FAILED_PRECONDITION, in words for LeaveOut.not_applicable: the entry wrote
// the protocol or brought the analysis, on which all that came later rests; or
// what is left is not valid under the protocol of the end.
absl::StatusOr<Hypothesis> LeaveOutEntry(const ReviewState& end,
                                         const AnalysisVersion& analysis,
                                         const Written& written);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LEAVE_OUT_H_
