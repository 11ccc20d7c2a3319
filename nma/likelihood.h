// Full and restricted maximum likelihood for tau^2.
#ifndef TIDEMARK_NMA_LIKELIHOOD_H_
#define TIDEMARK_NMA_LIKELIHOOD_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "nma/score_terms.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

// Log likelihood of tau2 with theta at its estimate for that tau2, up to a
// constant:
//   full:       -1/2 [sum log det(V + tau2 V0) + Q]
//   restricted: -1/2 [sum log det(V + tau2 V0) + log det(X'WX) + Q]
// (Harville 1977; Jackson, White & Riley 2013).
absl::StatusOr<double> LogLikelihood(const Tau2Model& model,
                                     LikelihoodKind kind, double tau2);

struct LocalMaximum {
  double tau2;
  double log_likelihood;
};

// Every local maximum in tau^2 >= 0, in increasing order of tau^2; 0 is one if
// the score is not positive there. Not empty. Requires degrees of freedom.
//
// A maximum near `start` (the last tau^2 of a living analysis, say, or the
// moment estimate if there is none) is found first, by secants. Then the rest
// of the half-line is searched for others: where score_terms.h proves that the
// score has no zero it is left alone, the rest is halved until it is proven or
// narrower than 0.2 in log(smallest variance + tau^2). The terms of the score
// are about 1 wide on this scale, so two maxima cannot hide in such a step; a
// zero between its ends is bracketed and refined. Each is found to full
// precision, and there is no iteration that could fail to converge. `start`
// decides how fast, not what is found.
//
// InvalidArgument: the score is not finite. FailedPrecondition as in
// Tau2Model. A dozen moments, five of them for a maximum near
// `start`.
absl::StatusOr<std::vector<LocalMaximum>> LocalMaxima(
    const Tau2Model& model, LikelihoodKind kind,
    std::optional<double> start = std::nullopt);

// The highest; the smallest tau^2 of equally high ones. Requires maxima.
LocalMaximum GlobalMaximum(const std::vector<LocalMaximum>& maxima);

// The zero of the score nearby, by secants from `start` > 0 alone; none if they
// do not arrive at one. This is the local step that a change of one study
// takes, five moments. Adds every point whose score it asked for to `visited`,
// `start` first.
absl::StatusOr<std::optional<double>> ZeroOfScoreNear(
    const Tau2Model& model, LikelihoodKind kind, double start,
    std::vector<ScoreTerms>* visited);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIKELIHOOD_H_
