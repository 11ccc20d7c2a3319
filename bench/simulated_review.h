// A review whose trials are the studies of a simulated network.
#ifndef TIDEMARK_BENCH_SIMULATED_REVIEW_H_
#define TIDEMARK_BENCH_SIMULATED_REVIEW_H_

#include <string>

#include "nma/effects.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::bench {

inline constexpr char kReviewId[] = "bench";

// One continuous outcome; treatments "t0000" ..., each a node of its own.
v1::Change CreateReview(int treatments);

// The review's only analysis: mean difference, REML.
v1::Change PutAnalysis();

// A trial of arms with means and standard deviations that give these effects,
// up to a constant. Requires two arms.
v1::Trial TrialOf(const nma::StudyEffects& study);

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_SIMULATED_REVIEW_H_
