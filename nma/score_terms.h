// The score of tau^2 at one point, and what it proves about the points between.
#ifndef TIDEMARK_NMA_SCORE_TERMS_H_
#define TIDEMARK_NMA_SCORE_TERMS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "nma/study_table.h"

namespace tidemark::nma {

enum class LikelihoodKind { kFull, kRestricted };

// The score, the derivative of the log likelihood, is (observed - expected) / 2
// with
//   observed = y' P V0 P y
//   expected = tr(P V0) of the restricted likelihood, tr(W V0) of the full one.
//
// With mu_j the variances and u_j the residual coordinates that diagonalise the
// residual space against V0 and t = tau^2,
//   observed = sum u_j^2 / (mu_j + t)^2,  expected = sum 1 / (mu_j + t),
// the latter over all effects for the full likelihood. Both are positive,
// fall, and are convex in t; all mu_j lie between the variances of the table.
struct ScoreTerms {
  double tau2 = 0;
  double q = 0;  // sum u_j^2 / (mu_j + t)
  double observed = 0;
  double expected = 0;

  double score() const { return (observed - expected) / 2; }
  // expected / observed - 1: where it is 0, the score is, but it is almost a
  // straight line (exactly one if all mu_j are equal).
  double flat_score() const { return expected / observed - 1; }
  // A lower bound of -1/2 d observed / d tau2 = sum u_j^2 / (mu_j + t)^3, by
  // Cauchy & Schwarz.
  double least_fall() const { return q > 0 ? observed * observed / q : 0; }
};

// InvalidArgument: finite effects can be so large that a search for tau^2 leaves
// the range of double.
absl::Status LikelihoodNotFinite();

// InvalidArgument: the terms are not finite. Otherwise as MomentsAt.
absl::StatusOr<ScoreTerms> ScoreTermsAt(const StudyTable& table,
                                        LikelihoodKind kind, double tau2);

// Of neighbours a.tau2 < b.tau2. Each is sufficient, not necessary.

// The score is positive in between. Requires that at b it is not negative.
// By convexity `observed` lies above its tangent at b, `expected` below its
// chord.
bool ScoreIsPositiveBetween(const ScoreTerms& a, const ScoreTerms& b);

// The score is negative in between. Requires that at a it is not positive.
// `observed` lies below its chord, `expected` above its value at b and above
// its tangent at a, whose slope is at most `steepest`.
bool ScoreIsNegativeBetween(const ScoreTerms& a, const ScoreTerms& b,
                            double steepest);

// An upper bound of -d expected / d tau2 at a.
double SteepestFall(const ScoreTerms& a, double smallest_variance);
// The same from the chord to a neighbour before a.
double SteepestFall(const ScoreTerms& before, const ScoreTerms& a);

// The score is negative from a to infinity. Requires that at a it is not
// positive. With m and M the smallest and the largest variance, `observed`
// falls at least as ((M + a) / (M + t))^2, `expected` at most as (m + a) / (m +
// t).
bool ScoreIsNegativeBeyond(const ScoreTerms& a, double smallest_variance,
                           double largest_variance);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_SCORE_TERMS_H_
