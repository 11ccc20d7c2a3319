// How much each result would have to be another for a decision to be another.
#ifndef TIDEMARK_REVIEW_THRESHOLD_DETAILS_H_
#define TIDEMARK_REVIEW_THRESHOLD_DETAILS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "review/detail_inputs.h"
#include "review/errors.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/robustness.pb.h"

namespace tidemark::review {

// By how much an interval would have to move for its class to be `code`.
struct ClassShift {
  double shift = 0;
  v1::ConclusionClass::Code code = v1::ConclusionClass::UNSPECIFIED;
};

struct ClassShifts {
  std::optional<ClassShift> up;    // shift >= 0
  std::optional<ClassShift> down;  // shift <= 0, -0.0 included
};

// Where the class of an interval (ClassOfInterval) changes first as it moves up
// or down at its width. Bounds are strict: the class is another just beyond the
// shift, and may be so at it.
ClassShifts ShiftsOfClass(double lower, double upper,
                          bool small_values_desirable,
                          std::optional<double> threshold);

// Adds violations of `path`: those of CheckAskedComparison, and a minimal
// important difference that is not a finite number > 0.
void CheckThresholdAnalysis(const std::string& path,
                            const v1::ThresholdAnalysisSpec& spec,
                            Violations& violations);

// Writes `threshold_analysis` of the estimate of these studies
// (FindThresholds); the estimate has its relative effects. Errors of Compare
// for the comparison that is asked for. O(decisions · S k² T).
absl::Status AddThresholdAnalysis(const v1::ThresholdAnalysisSpec& spec,
                                  const FittedStudies& fitted,
                                  absl::Span<const v1::Threshold> thresholds,
                                  v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_THRESHOLD_DETAILS_H_
