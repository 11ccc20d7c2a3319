// What was declared otherwise from one estimate of an analysis to the next.
#ifndef TIDEMARK_REVIEW_DECLARED_CHANGES_H_
#define TIDEMARK_REVIEW_DECLARED_CHANGES_H_

#include <optional>
#include <string>

#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// Both sides of a change, in words.
struct DeclaredChange {
  std::string before;
  std::string after;
};

// Fields of the analysis, of its outcome and of its time point that differ, but
// for titles, thresholds and node map, each as protobuf text.
std::optional<DeclaredChange> ModelChange(const v1::Analysis& before,
                                          const v1::Review& protocol_before,
                                          const v1::Analysis& after,
                                          const v1::Review& protocol_after);

// What effects are judged by.
std::optional<DeclaredChange> ThresholdChange(const v1::Analysis& before,
                                              const v1::Review& protocol_before,
                                              const v1::Analysis& after,
                                              const v1::Review& protocol_after);

// The nodes of the analysis's map and the rules that put treatments on them:
// those that only one side has.
std::optional<DeclaredChange> NodeMapChange(const v1::Analysis& before,
                                            const v1::Review& protocol_before,
                                            const v1::Analysis& after,
                                            const v1::Review& protocol_after);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_DECLARED_CHANGES_H_
