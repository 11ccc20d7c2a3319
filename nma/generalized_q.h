// Cochran's Q with the weights of the random-effects model.
#ifndef TIDEMARK_NMA_GENERALIZED_Q_H_
#define TIDEMARK_NMA_GENERALIZED_Q_H_

#include <optional>

#include "absl/status/statusor.h"
#include "nma/interval.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

// Q(tau2) = r' W r with W = (V + tau2 V0)^-1 and r the residuals of the fit
// with these weights. It falls in tau2, and has a chi-square distribution with
// df degrees of freedom at the true one (DerSimonian & Kacker 2007;
// multivariate: Jackson, Turner, Rhodes & Viechtbauer 2014).

// The tau^2 at which Q has this value, to full precision; 0 if Q(0) is no
// larger. Infinite if it is beyond the range of double. Requires q > 0.
//
// By Newton's method for 1/Q, a weighted harmonic mean of the mu_j + tau^2
// (score_terms.h) and therefore concave: from the left it arrives without
// passing the root, from the right it jumps to the left of it first. `start`
// >= 0 decides how fast, not what is found.
//
// FailedPrecondition as in Tau2Model. About six fits, three for a good start.
absl::StatusOr<double> Tau2OfQ(const Tau2Model& model, double q,
                               double start = 0);

// Paule & Mandel (1982): the tau^2 at which Q is its expectation df; 0 if df is
// 0. Otherwise as Tau2OfQ.
absl::StatusOr<double> PauleMandelTau2(const Tau2Model& model,
                                       double start = 0);

// The Q-profile confidence interval (Viechtbauer 2007): every tau^2 >= 0 at
// which Q lies between the (1 -+ level) / 2 quantiles of the chi-square
// distribution. None if
// * df is 0, or
// * the set is empty: Q(0) is below the lower quantile, so the effects agree
//   better than such chance allows (as identical effects do), or
// * its upper end is beyond the range of double.
// It need not contain an estimate other than that of Paule & Mandel.
// Requires 0 < level < 1. `start` may be the interval of a similar network.
// Otherwise as Tau2OfQ.
absl::StatusOr<std::optional<Interval>> QProfileInterval(
    const Tau2Model& model, double level, Interval start = {0, 0});

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_GENERALIZED_Q_H_
