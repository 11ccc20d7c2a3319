// A review so small that its writes cost next to nothing.
#ifndef TIDEMARK_TESTS_FAULTS_SMALL_REVIEW_H_
#define TIDEMARK_TESTS_FAULTS_SMALL_REVIEW_H_

#include <string>

#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {

inline constexpr char kSmallAnalysis[] = "death-or";

// One binary outcome, two treatments.
v1::Change CreateSmallReview(const std::string& review_id);

// Its only analysis, kSmallAnalysis.
v1::Change PutSmallAnalysis();

// A trial of two arms with 100 participants each, and so many events in the
// first. Requires 0 <= events <= 100.
v1::Trial SmallTrial(const std::string& trial_id, int events);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_SMALL_REVIEW_H_
