// What the effects of an analysis are judged by.
#ifndef TIDEMARK_REVIEW_THRESHOLDS_H_
#define TIDEMARK_REVIEW_THRESHOLDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "review/errors.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// At most so many of one analysis.
inline constexpr int kMostThresholds = 20;

// Adds what breaks the rules of a threshold: its kind, a finite value > 0, a
// source. `path` is the path of the list.
void ValidateThresholds(
    absl::string_view path,
    const google::protobuf::RepeatedPtrField<v1::Threshold>& thresholds,
    Violations& violations);

// The thresholds of the analysis itself; if it has none, those between groups
// of its outcome, if they are on the analysis scale (analysis.proto). None: it
// is judged by no difference alone.
std::vector<v1::Threshold> ThresholdsOf(const v1::Analysis& analysis,
                                        const v1::Review& protocol);

// `12 (Devji 2017), 17.5 (…)`; `none`.
std::string ShownThresholds(const std::vector<v1::Threshold>& thresholds);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_THRESHOLDS_H_
