// The score of tau^2 at one point, and what it proves about the points between.
#ifndef TIDEMARK_NMA_SCORE_TERMS_H_
#define TIDEMARK_NMA_SCORE_TERMS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

// The score, the derivative of the log likelihood, is (observed - expected) / 2
// with
//   observed = y' P V0 P y
//   expected = tr(P V0) of the restricted likelihood, tr(W V0) of the full one.
//
// With mu_j the variances and u_j the residual coordinates that diagonalise the
// residual space against V0 and t = tau^2,
//   observed = sum u_j^2 / (mu_j + t)^2,  expected = sum 1 / (mu_j + t),
// the latter over all effects for the full likelihood. So
//   alpha = observed^(-1/2)  and  beta = 1 / expected
// are weighted power means of mu_j + t, of order -2 and -1: both are positive,
// rise, and are concave in t (straight lines if all mu_j are equal). The score
// is positive where alpha^2 < beta. All mu_j lie between the smallest and the
// largest variance of the model.
struct ScoreTerms {
  double tau2 = 0;
  double q = 0;  // sum u_j^2 / (mu_j + t)
  double observed = 0;
  double expected = 0;

  double score() const { return (observed - expected) / 2; }
  // expected / observed - 1: 0 where the score is, and almost a straight line.
  double flat_score() const { return expected / observed - 1; }
  double alpha() const;
  double beta() const { return 1 / expected; }
};

// InvalidArgument: finite effects can be so large that a search for tau^2
// leaves the range of double.
absl::Status LikelihoodNotFinite();

// InvalidArgument: the terms are not finite. Otherwise as Tau2Model::MomentsAt.
absl::StatusOr<ScoreTerms> ScoreTermsAt(const Tau2Model& model,
                                        LikelihoodKind kind, double tau2);

// What follows is sufficient, not necessary. Slopes of a concave function lie
// between those of its chords to both sides.

// A lower bound of alpha's slope at `at`, from a point after it if there is
// one; without it, from sum u_j^2 / (mu_j + t)^3 >= observed^2 / q by Cauchy &
// Schwarz.
double LeastSlopeOfAlpha(const ScoreTerms& at, const ScoreTerms* after);

// An upper bound of beta's slope at `at`, from a point before it if there is
// one; without it, from beta >= 0 at minus the smallest variance.
double LargestSlopeOfBeta(const ScoreTerms& at, const ScoreTerms* before,
                          double smallest_variance);

// Whether the score is positive between a.tau2 < b.tau2: alpha lies below its
// tangent at b, of at least this slope, and beta above its chord. Requires that
// at b the score is not negative.
bool ScoreIsPositiveBetween(const ScoreTerms& a, const ScoreTerms& b,
                            double slope_of_alpha);

// Whether the score is negative between a.tau2 < b.tau2: alpha lies above its
// chord, and beta below its tangent at a, of at most this slope. Requires that
// at a the score is not positive.
bool ScoreIsNegativeBetween(const ScoreTerms& a, const ScoreTerms& b,
                            double slope_of_beta);

// Whether the score is negative from a to infinity: alpha rises by at least
// alpha / (largest variance + tau2) everywhere, and beta lies below its
// tangent. Requires that at a the score is not positive.
bool ScoreIsNegativeBeyond(const ScoreTerms& a, double slope_of_beta,
                           double largest_variance);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_SCORE_TERMS_H_
